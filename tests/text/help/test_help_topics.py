"""Topics of the help: their panels, and what they consist of."""

from tabuah.text.help.help_topics import TOPICS, topic_of_panels


def test_topics_have_steps_and_actions_and_unique_codes():
    assert len({topic.code for topic in TOPICS}) == len(TOPICS)
    assert [topic.code for topic in TOPICS if not topic.steps or not topic.actions] == []


def test_topic_of_panels_is_that_of_the_innermost_panel():
    topic = topic_of_panels(("place_text", "report_form", "map_view"))
    assert topic is not None
    assert topic.code == "report"
    assert topic_of_panels(("shell",)) is None


def test_panel_belongs_to_one_topic():
    panels = [panel for topic in TOPICS for panel in topic.panels]
    assert len(panels) == len(set(panels))
