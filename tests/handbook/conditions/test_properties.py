"""Random conditions against a slow and obvious reference; random nonsense as environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.handbook.conditions import UNKNOWN, Bool, List, Number, Scope, Struct, compile_condition
from tests.handbook.conditions import vectors

SCOPE = Scope(
    {
        "b": Struct({f"x{i}": Bool() for i in range(4)}),
        "n": Struct({f"x{i}": Number() for i in range(3)}),
        "l": List(Bool()),
    }
)
SCRIPT = Path(__file__).parents[3] / "frontend" / "src" / "conditions.js"

# a tree is (word, ...); None stands for unknown in the reference
numbers = st.one_of(st.tuples(st.just("n"), st.integers(0, 2)), st.tuples(st.just("number"), st.integers(0, 3)))
leaves = st.one_of(
    st.tuples(st.just("b"), st.integers(0, 3)),
    st.tuples(st.just("bool"), st.booleans()),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers, numbers),
    st.tuples(st.just("in"), numbers, st.lists(numbers, max_size=3)),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.just("!"), inner),
        st.tuples(st.sampled_from(["&&", "||", "eq"]), inner, inner),
        st.tuples(st.just("?"), inner, inner, inner),
        st.tuples(st.sampled_from(["all", "exists", "exists_one"]), inner),
    ),
    max_leaves=10,
)
truths = st.sampled_from([True, False, None])
envs = st.fixed_dictionaries(
    {
        "b": st.fixed_dictionaries({f"x{i}": truths for i in range(4)}),
        "n": st.fixed_dictionaries({f"x{i}": st.sampled_from([0, 1, 2, 3, None]) for i in range(3)}),
        "l": st.one_of(st.none(), st.lists(truths, max_size=4)),
    }
)


def written(tree: Any, depth: int = 0) -> str:
    match tree:
        case ("n" | "b", place):
            return f"{tree[0]}.x{place}"
        case ("number" | "bool", value):
            return json.dumps(value)
        case ("in", item, items):
            return f"({written(item, depth)} in [{', '.join(written(each, depth) for each in items)}])"
        case ("!", arg):
            return f"!{written(arg, depth)}"
        case ("?", test, yes, no):
            return f"({written(test, depth)} ? {written(yes, depth)} : {written(no, depth)})"
        case ("all" | "exists" | "exists_one", body):
            if depth >= 3:
                return written(body, depth)
            return f"l.{tree[0]}(v{depth}, v{depth} && {written(body, depth + 1)})"
    sign = "==" if tree[0] == "eq" else tree[0]
    return f"({written(tree[1], depth)} {sign} {written(tree[2], depth)})"


def kleene_and(values: list[Any]) -> Any:
    return False if any(value is False for value in values) else None if None in values else True


def negated(value: Any) -> Any:
    return None if value is None else not value


def reference(tree: Any, env: dict[str, Any], depth: int = 0) -> Any:
    match tree:
        case ("n" | "b", place):
            return env[tree[0]][f"x{place}"]
        case ("number" | "bool", value):
            return value
        case ("!", arg):
            return negated(reference(arg, env, depth))
        case ("?", test, yes, no):
            chosen = reference(test, env, depth)
            return None if chosen is None else reference(yes if chosen else no, env, depth)
        case ("in", item, items):
            one = reference(item, env, depth)
            return negated(kleene_and([compared("!=", one, reference(each, env, depth)) for each in items]))
        case ("all" | "exists" | "exists_one", body):
            return looped(tree[0], body, env, depth)
        case ("&&", left, right):
            return kleene_and([reference(left, env, depth), reference(right, env, depth)])
        case ("||", left, right):
            return negated(kleene_and([negated(reference(left, env, depth)), negated(reference(right, env, depth))]))
    return compared("==" if tree[0] == "eq" else tree[0], *(reference(side, env, depth) for side in tree[1:]))


def compared(sign: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    answers = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "==": left == right}
    return answers.get(sign, left != right)


def looped(word: str, body: Any, env: dict[str, Any], depth: int) -> Any:
    if depth >= 3:
        return reference(body, env, depth)
    if env["l"] is None:
        return None
    answers = [kleene_and([item, reference(body, env, depth + 1)]) for item in env["l"]]
    if word == "all":
        return kleene_and(answers)
    if word == "exists":
        return negated(kleene_and([negated(answer) for answer in answers]))
    # exactly one: try every way in which the unknown ones could turn out
    hits, maybe = answers.count(True), answers.count(None)
    possible = {hits + extra == 1 for extra in range(maybe + 1)}
    return possible.pop() if len(possible) == 1 else None


@settings(max_examples=400, deadline=None)
@given(trees, envs)
def test_three_valued_logic_agrees_with_the_reference(tree: Any, env: dict[str, Any]) -> None:
    condition = compile_condition(written(tree), SCOPE)
    expected = reference(tree, env)
    answer = condition.evaluate(env)
    assert answer is (UNKNOWN if expected is None else expected)
    assert (condition.unknown_names(env) == ()) or answer is UNKNOWN
    if answer is UNKNOWN:
        assert condition.unknown_names(env), "a refusal must be able to name a field"


@settings(max_examples=3, deadline=None)
@given(st.lists(st.tuples(trees, envs), min_size=60, max_size=60))
def test_the_browser_agrees_on_random_conditions(cases: list[Any]) -> None:
    sources = [f"(env) => {compile_condition(written(tree), SCOPE).javascript()}" for tree, _ in cases]
    envs_ = json.dumps([env for _, env in cases])
    program = (
        f"import({json.dumps(SCRIPT.as_uri())}).then((c) => {{ const envs = {envs_};\n"
        f"console.log(JSON.stringify([{','.join(sources)}].map((run, at) => run(envs[at])))); }});"
    )
    run = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(run.stdout) == [reference(tree, env) for tree, env in cases]


junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.just(10**400),
        st.just("9999-12-31"),
        st.just("0001-01-01T00:00:00+14:00"),
        st.sampled_from(
            [
                "14d",
                "1000000000y",
                "17:30",
                "2026-11-21",
                "9999-12-31T23:59:59Z",
                "1e99",
                "99999999999999999999",
                "-0",
                "\ud800",
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["n", "on", "at", "price", "items", "qty", "id", "x", "parts", "period", "name", "dates"]),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)
GOOD = [row for row in vectors.rows() if not row.fault]
COMPILED = [compile_condition(row.text, vectors.scope(), row.want) for row in GOOD]
roots = st.sampled_from(sorted(vectors.scope().names))


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(roots, junk, max_size=6),
    st.dictionaries(
        st.sampled_from(["n", "price", "on", "at", "slot", "period", "items", "dates", "marks", "name", "who"]), junk
    ),
)
def test_no_environment_makes_evaluation_raise(env: dict[str, Any], form: dict[str, Any]) -> None:
    env = {**env, "form": form}
    for condition in COMPILED:
        answer = condition.evaluate(env)
        assert answer is UNKNOWN or condition.type is not Bool() or isinstance(answer, bool)
        json.dumps(None if answer is UNKNOWN else answer)
        condition.unknown_names(env)
