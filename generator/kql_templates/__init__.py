"""KQL templates: Jinja2 in a sandbox where every value is written as a KQL literal.

Detections without templates never load Jinja. Nothing here knows analytics rules or checks; what
goes wrong leaves as `Problem`s.
"""

from generator.kql_templates.library import TemplateLibrary
from generator.kql_templates.query import render_query

__all__ = ["TemplateLibrary", "render_query"]
