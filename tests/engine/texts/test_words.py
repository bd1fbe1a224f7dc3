from engine.texts.words import READ, to_tokens, to_words


def test_words_are_lower_case_and_keep_their_apostrophes() -> None:
    assert to_words("I DON’T like it, Anna!") == ["i", "don't", "like", "it", "anna"]


def test_marks_numbers_and_signs_are_tokens_of_their_own() -> None:
    assert to_tokens("5/5 😍, best!") == ["5/5", "😍", ",", "best", "!"]


def test_addresses_names_after_an_at_sign_and_markup_are_left_out() -> None:
    text = "<b>ask</b> anna.lee@example.com or @anna at https://example.com/a?b=c now"
    assert to_words(text) == ["ask", "or", "at", "now"]


def test_marks_that_a_page_wrote_in_letters_are_no_words() -> None:
    assert to_words("quick &amp; kind, I didn&#39;t wait") == [
        "quick",
        "kind",
        "i",
        "didn't",
        "wait",
    ]


def test_of_a_transcript_only_the_customer_is_read() -> None:
    call = "Agent: What a lovely morning!\nCustomer: my kettle broke\n  Operator: wonderful"
    assert to_words(call) == ["my", "kettle", "broke"]


def test_a_word_before_a_colon_is_no_speaker_within_a_line() -> None:
    assert to_words("your agent: rude") == ["your", "agent", "rude"]


def test_what_is_beyond_the_first_stretch_is_not_read() -> None:
    assert to_words("ab " * READ) == ["ab"] * (READ // 3) + ["ab"]
