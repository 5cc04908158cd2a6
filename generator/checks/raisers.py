"""The modules that hold codes of what stages find by themselves, each beside what raises it.

They are listed, not searched for: searching would load all modules at every start. A test walks the
package and fails where one is missing.
"""

from __future__ import annotations

from importlib import import_module

from generator.artifacts import build as artifacts_build
from generator.artifacts import folder as artifacts_folder
from generator.catalog import discovery as catalog_discovery
from generator.catalog import duplicates as catalog_duplicates
from generator.catalog import partial as catalog_partial
from generator.catalog import retired as catalog_retired
from generator.checks import history as checks_history
from generator.checks import waiving as checks_waiving
from generator.detection_tests import events as detection_tests_events
from generator.detection_tests import expected_names as detection_tests_expected_names
from generator.detection_tests import hollow as detection_tests_hollow
from generator.detection_tests import inputs as detection_tests_inputs
from generator.detection_tests import load as detection_tests_load
from generator.detection_tests import parameters as detection_tests_parameters
from generator.detection_tests import problems as detection_tests_problems
from generator.detection_tests import window as detection_tests_window
from generator.disk import links as disk_links
from generator.disk import text_files as disk_text_files
from generator.kinds import KINDS
from generator.kinds import remarks as kinds_remarks
from generator.kql.schemas import declared as kql_declared
from generator.kql_templates import fault as kql_templates_fault
from generator.kql_templates import misplaced as kql_templates_misplaced
from generator.kql_templates import query as kql_templates_query
from generator.kql_templates import unused as kql_templates_unused
from generator.kql_templates import values as kql_templates_values
from generator.tenants import discovery as tenants_discovery
from generator.tenants import load as tenants_load
from generator.tenants import selection as tenants_selection
from generator.text import schema as text_schema
from generator.text import yaml_syntax as text_yaml_syntax
from generator.text import yaml_text as text_yaml_text
from generator.text import yaml_values as text_yaml_values

RAISERS = (
    *(import_module(module) for kind in KINDS.values() for module in kind.raisers),
    artifacts_build,
    artifacts_folder,
    catalog_discovery,
    catalog_duplicates,
    catalog_partial,
    catalog_retired,
    checks_history,
    checks_waiving,
    detection_tests_events,
    detection_tests_expected_names,
    detection_tests_hollow,
    detection_tests_inputs,
    detection_tests_load,
    detection_tests_parameters,
    detection_tests_problems,
    detection_tests_window,
    disk_links,
    disk_text_files,
    kinds_remarks,
    kql_declared,
    kql_templates_fault,
    kql_templates_misplaced,
    kql_templates_query,
    kql_templates_unused,
    kql_templates_values,
    tenants_discovery,
    tenants_load,
    tenants_selection,
    text_schema,
    text_yaml_values,
    text_yaml_syntax,
    text_yaml_text,
)
