"""What the user allows of flash reaches the pass that makes tables."""

from millrace.driver.pipelines import STAGES, stages


def test_options_of_stages() -> None:
    assert stages() == STAGES
    graph = stages("4", 300_000)["graph"].split(",")
    assert "unroll{mode=4}" in graph and "tabulate-curves{flash=300000}" in graph
    assert [p.partition("{")[0] for p in graph] == STAGES["graph"].split(",")
