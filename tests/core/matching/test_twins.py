"""Every compiled kernel has a plain twin: the tests here hold it to a simpler statement of the same.

A twin is another formulation, in NumPy or plain Python; the kernel itself run uncompiled is none. A kernel
that others call is held by the test of its caller, which fails if the kernel is broken.
"""

import ast
from pathlib import Path

from yinfeng.core import matching

SOURCES, TESTS = Path(matching.__file__).parent, Path(__file__).parent

HELD_BY = {
    "test_columns.test_columns_of_any_zone_are_those_made_plainly": {
        "_draws": ("number_patterns", "fill_shared", "count_own", "fill_own", "count_uses", "fill_uses"),
        "_ways": (
            "_shares", "_areas", "_enough", "_rounded", "_fitting", "_worthwhile", "_choose", "_count",
            "_widest", "_waiting", "_reuse", "_missing", "_fill_sets", "_fill_rows",
        ),
    },
    "test_columns.test_sets_of_more_than_three_things_come_as_they_are_listed": {
        "_ways": ("_n_sets", "_n_things", "_holds", "_put_line_sets", "_put_product_sets"),
    },
    "test_factored.test_factoring_shares_what_the_plain_lists_share": {
        "_factored": ("_find_shared", "_number_patterns", "_alike", "_fill_own", "_list_shared"),
    },
    "test_join.test_the_best_come_first_and_of_equals_the_lower_offer": {"_promise": ("_insert",)},
    "test_join.test_the_join_is_the_plain_masks": {
        "_join": ("meets_floors", "scan", "_find", "_list", "_sums", "_fill"),
    },
    "test_lagrangian.test_a_pass_agrees_with_a_plain_one": {"_lagrangian": ("_draw",)},
    "test_lagrangian.test_a_step_is_the_plain_one": {"_lagrangian": ("step",)},
    "test_lagrangian.test_strands_give_the_greatest_and_the_total": {
        "_lagrangian": ("_greatest", "_total"),
    },
    "test_lagrangian.test_the_exponential_is_accurate": {"_lagrangian": ("_exp",)},
    "test_lagrangian.test_packing_keeps_every_use": {"_packed": ("_pack",)},
    "test_lagrangian.test_what_is_copied_out_is_near_and_alive": {"_packed": ("copy_out",)},
    "test_methods.test_branch_takes_the_steps_of_the_plain_walk": {
        "_branch": ("_walk", "_give_back", "_next_choice"),
    },
    "test_pool.test_first_come_takes_the_greatest_value_that_fits": {"_pool": ("first_come", "fits")},
    "test_pool.test_margins_are_values_less_tolls": {
        "_pool": ("margins", "best_margin"),
        "bounds": ("_best_margins",),
    },
    "test_pool.test_narrowing_keeps_what_is_asked_for": {"_pool": ("_count_kept", "_fill_kept")},
    "test_pool.test_peak_demand_is_the_sum_of_the_most_each_draws": {"_pool": ("_add_peaks",)},
    "test_pool.test_the_order_is_that_of_a_library": {"_pool": ("_sort",)},
    "test_pool.test_worthwhile_are_those_that_fit_and_bring_something": {"_pool": ("_mark_worthwhile",)},
    "test_promise.test_a_heap_gives_up_the_greatest_bound_first": {"_promise": ("_sift",)},
    "test_promise.test_lines_bring_what_the_best_set_brings": {"_promise": ("_lines_gain",)},
    "test_promise.test_the_most_promising_are_those_of_looking_at_everything": {
        "_promise": (
            "promise", "arrange", "_best_area", "_enough", "_by_products", "_tolls", "list_held",
            "lay_facts",
        ),
    },
    "test_promise.test_what_an_area_brings_is_the_most_of_all_areas": {"_promise": ("_reach",)},
    "test_rule_codes.test_classes_of_several_are_those_of_their_tuples": {
        "_rule_codes": ("_number", "_number_seen", "_hashed", "_agree"),
    },
    "test_rule_codes.test_ranks_are_counted_alike_in_a_table_and_by_search": {
        "_rule_codes": ("_count_up_to", "_look_up"),
    },
    "test_search.test_a_stretch_of_moves_is_the_plain_one": {
        "_search": (
            "anneal", "_settle", "_give", "_worth", "_overdrawn", "put", "take_out", "_put_all", "_worst",
            "_sent_away",
        ),
    },
    "test_search.test_chains_cost_what_the_objective_rises_by": {"_search": ("_chain", "_shift", "_draw")},
    "test_search.test_drawing_costs_what_its_uses_add_up_to_until_given_up": {"_search": ("_drawing_cost",)},
    "test_search.test_homes_and_majorities_are_the_plain_ones": {"_blocks": ("_homes", "_majority")},
    "test_search.test_mean_draws_are_those_counted": {"_search": ("mean_draw",)},
    "test_search.test_mending_is_the_plain_one": {"_search": ("mend",)},
    "test_search.test_what_is_counted_of_a_plan_is_its_sum": {
        "_search": ("remaining", "standing", "options"),
    },
    "test_sift.test_the_groups_are_the_plain_masks": {
        "_sift": (
            "_fails_of_groups", "_area_verdict", "_land_verdict", "_relative", "_sift", "_insert",
        ),
    },
}  # fmt: skip
"""Test → module → kernels."""


def functions_of(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def is_kernel(function: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "compiled" for one in function.decorator_list)


def test_every_kernel_is_held_to_a_plain_twin() -> None:
    held = sorted(
        (module, kernel)
        for kernels in HELD_BY.values()
        for module, some in kernels.items()
        for kernel in some
    )
    there = sorted(
        (path.stem, function.name)
        for path in SOURCES.glob("*.py")
        for function in functions_of(path)
        if is_kernel(function)
    )
    assert held == there


def test_the_tests_that_hold_them_are_there() -> None:
    for name in HELD_BY:
        module, test = name.split(".")
        assert test in {function.name for function in functions_of(TESTS / f"{module}.py")}
