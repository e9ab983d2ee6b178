"""The default feeds are those of the regency."""

from support.regencies import eastern_regency

from tabuah.operations.feeds.sources import FeedContent, read_sources, sample_feeds_toml
from tabuah.resources.regency import shipped_regency


def test_default_feeds_bring_the_warnings_of_the_province():
    for regency, province in ((shipped_regency(), "13"), (eastern_regency(), "53")):
        feeds = read_sources(sample_feeds_toml(regency)).feed
        assert {each.province for each in feeds if each.content is FeedContent.WARNINGS} == {province}


def test_default_forecast_is_of_the_shipped_regency_only():
    assert "13.02.07.2006" in sample_feeds_toml(shipped_regency())
    assert "13.02" not in sample_feeds_toml(eastern_regency())
