"""Files that take longest, longest first, as measured; a wrong order makes a run take longer, and nothing else."""

import pytest

LONGEST_FIRST = (
    "attack/test_leaks_life.py",
    "attack/test_forks_witnessed.py",
    "attack/test_kill_at_points.py",
    "attack/test_key_service.py",
    "attack/test_kill_serving.py",
    "attack/test_leaks_commands.py",
    "attack/test_full_disk_postgres.py",
    "attack/test_hostile_requests.py",
    "integration/test_cli_disaster.py",
    "integration/test_import_files.py",
    "browser/test_workbench.py",
    "browser/test_desk.py",
    "attack/test_leaks_faces.py",
    "integration/test_cli.py",
    "integration/test_cli_log_rotation.py",
    "attack/test_leaks_planted.py",
    "integration/test_tour.py",
    "unit/test_verify_pack.py",
    "integration/test_cli_postgres.py",
    "integration/test_cli_serve.py",
    "integration/test_cli_acts.py",
    "integration/test_register_sample.py",
    "attack/test_ledger_closed_pages.py",
    "attack/test_witnessed_serving.py",
    "attack/test_leaks_serving.py",
    "attack/test_leaks_import.py",
    "attack/test_kill_at_random.py",
    "attack/test_forks.py",
    "attack/test_key_service_network.py",
    "browser/test_check_page.py",
    "browser/test_portal.py",
    "browser/test_evidence_page.py",
    "browser/test_gallery.py",
    "browser/test_kinds_alike.py",
    "browser/test_sealed.py",
    "integration/test_bench.py",
    "interop/test_go.py",
    "integration/test_import_command.py",
    "property/test_verify_ranges.py",
    "unit/test_verify_ranges.py",
    "unit/test_verifier_file.py",
    "integration/test_evidence_audit.py",
    "integration/test_ledger_index.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests are shared out among workers, let these files come before all others."""
    if hasattr(config, "workerinput"):
        places = {name: place for place, name in enumerate(LONGEST_FIRST)}
        items.sort(key=lambda item: places.get("/".join(item.path.parts[-2:]), len(places)))
