"""Puts signature fields into the structure of a tagged PDF, as PDF/UA-1 §7.18 asks of widgets.

The signing library adds fields that no structure element names: a screen reader passes them over.
Here each visible one becomes an element ``Form`` at the end of the document. It happens before the
first signature, in the revision that it covers.
"""

from __future__ import annotations

from typing import Any


def tag_fields(writer: Any) -> None:
    """Tag every signature field of a document that is about to get its first signature.

    A document without a structure stays as it is.

    Parameters
    ----------
    writer : pyhanko.pdf_utils.incremental_writer.IncrementalPdfFileWriter
        With the fields made, not written yet.
    """
    from pyhanko.pdf_utils.generic import pdf_name

    if "/StructTreeRoot" not in writer.root:
        return
    tree = writer.root["/StructTreeRoot"]
    form = writer.root["/AcroForm"]["/Fields"]
    for index in range(len(form)):
        field = form.raw_get(index)
        if field.get_object()["/FT"] == pdf_name("/Sig"):
            _tag(writer, tree, field)


def _tag(writer: Any, tree: Any, field: Any) -> None:
    from pyhanko.pdf_utils.generic import DictionaryObject, NumberObject, pdf_name

    widget = field.get_object()
    left, bottom, right, top = (float(number) for number in widget["/Rect"])
    if left == right or bottom == top:  # nothing to see, nothing to read
        return
    document_ref, document = _document(tree)
    page, key = widget.raw_get("/P"), int(tree["/ParentTreeNextKey"])
    reference = {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field}
    element = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/P"): document_ref,
            pdf_name("/Pg"): page,
            pdf_name("/K"): DictionaryObject(reference),
        }
    )
    made = writer.add_object(element)
    document["/K"].append(made)
    tree["/ParentTree"]["/Nums"].extend([NumberObject(key), made])
    tree[pdf_name("/ParentTreeNextKey")] = NumberObject(key + 1)
    widget[pdf_name("/StructParent")] = NumberObject(key)
    for changed in (document, tree["/ParentTree"], tree, widget):
        writer.update_container(changed)
    page.get_object()[pdf_name("/Tabs")] = pdf_name("/S")
    writer.update_container(page.get_object())


def _document(tree: Any) -> tuple[Any, Any]:
    """The element that holds all others: reference and value."""
    from pyhanko.pdf_utils.generic import ArrayObject

    top = tree["/K"]
    if isinstance(top, ArrayObject):
        return top.raw_get(0), top[0]
    return tree.raw_get("/K"), top
