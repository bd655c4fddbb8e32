"""Colours for `.scale` files in Pygments, and with it in Sphinx, MkDocs and everything else that uses it."""

from pygments_scale.lexer import ScaleLexer

__all__ = ["ScaleLexer"]
