from engine.grounding.blocks import Blocks


def expanded(*lines: str) -> str:
    """The last line, after the lines before it were released."""
    blocks = Blocks()
    for line in lines[:-1]:
        blocks.keep(line, released=True)
    return blocks.expand(lines[-1])


def test_an_item_stands_under_its_heading_and_its_lead() -> None:
    assert expanded("## Loyal", "\n- Customers: [[f1]]") == "Loyal: Customers: [[f1]]"
    assert expanded("**Loyal**", "In November:", "- [[f1]]") == "Loyal, In November: [[f1]]"


def test_a_sentence_between_ends_the_lead_and_not_the_heading() -> None:
    assert expanded("## Loyal", "Sizes:", "It helps.", "- [[f1]] orders") == "Loyal: [[f1]] orders"
    assert expanded("Sizes:", "It helps.", "- [[f1]] orders") == "- [[f1]] orders"


def test_what_was_withheld_introduces_nothing() -> None:
    blocks = Blocks()
    blocks.keep("## Loyal", released=False)
    assert blocks.expand("- Customers: [[f1]]") == "- Customers: [[f1]]"


def test_a_row_says_each_cell_under_the_head_of_its_column() -> None:
    head, rule = "| Segment | Customers | Churn |", "|---|---|---|"
    assert expanded(head, rule, "| **Loyal** | [[f1]] | [[f2]] |") == (
        "Loyal, Customers: [[f1]]; Loyal, Churn: [[f2]]."
    )
    assert expanded("| Loyal | [[f1]] |") == "| Loyal | [[f1]] |"
