from docai.vlm.grammar import Grammar
from docai.vlm.openai.dialect import Constraint, Dialect, Refusal

GRAMMAR = Grammar('start: "{}"', {"type": "object"}, 2)


def test_a_parameter_that_is_named_counts_more_than_what_is_said() -> None:
    refusal = Refusal("logprobs", "logprobs cannot go with temperature and a grammar")
    weaker = Dialect().without(refusal)
    assert weaker == Dialect(has_logprobs=False)


def test_what_is_said_of_a_grammar_may_quote_anything() -> None:
    refusal = Refusal("", 'Grammar error: unexpected "temperature" near "logprobs"')
    assert Dialect().without(refusal) == Dialect(Constraint.JSON_SCHEMA)


def test_everything_can_be_given_up_but_no_more() -> None:
    dialect: Dialect | None = Dialect()
    asked = []
    while dialect is not None:
        asked.append(set(dialect.parameters(GRAMMAR, 9)))
        name = next((n for n in ("logprobs", "temperature") if n in asked[-1]), "")
        dialect = dialect.without(Refusal(name, ""))
    assert asked == [
        {"max_tokens", "logprobs", "temperature", "extra_body"},
        {"max_tokens", "temperature", "extra_body"},
        {"max_tokens", "extra_body"},
        {"max_tokens", "response_format"},
        {"max_tokens"},
    ]
