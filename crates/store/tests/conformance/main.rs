//! One suite for every store: the same commands, the same answers.

mod adopted;
mod apart;
mod catalogue;
mod copies;
mod deeds;
mod durable;
mod history;
mod ledger;
mod logs;
mod merged;
mod notes;
mod owners;
mod people;
mod search;
mod stock;
mod tallies;
mod transfers;
mod twins;
mod world;

use std::path::Path;

use acopio_ledger::ids::{Incarnation, LogId};
use acopio_ledger::names::NodeName;
use acopio_store::{Faults, MemoryStore, OpenOptions, SqliteStore, Store, database_file};

fn identity() -> LogId {
    LogId { node: NodeName::new("main").unwrap(), incarnation: Incarnation(1) }
}

fn memory(_: &Path, faults: Faults) -> Box<dyn Store> {
    Box::new(MemoryStore::new(identity(), faults))
}

fn sqlite(folder: &Path, faults: Faults) -> Box<dyn Store> {
    // Balances go to their table often, a few at a time, so that all cases meet every stage of it.
    let options = OpenOptions { faults, unflushed_max: 8, ..OpenOptions::default() };
    Box::new(SqliteStore::open(&database_file(folder), identity(), options).unwrap())
}

/// Runs all cases on a backend.
macro_rules! store_conformance {
    ($backend:ident) => {
        store_conformance! { $backend:
            ledger::what_is_committed_is_read_back
            ledger::records_of_many_pieces_are_whole
            ledger::refusals_are_remembered_and_change_nothing
            ledger::frames_prove_themselves
            ledger::a_failed_commit_poisons
            ledger::what_a_check_refuses_is_not_written
            ledger::rebuilt_views_are_the_same
            ledger::an_import_knows_its_net
            logs::copies_are_what_was_written
            logs::views_are_folded_from_all_logs
            logs::position_and_views_are_one
            logs::a_frame_is_followed_once
            logs::a_gap_is_not_followed
            logs::stamps_of_a_copy_rise
            logs::a_lost_log_is_got_back_and_goes_on_in_the_next_incarnation
            logs::a_copy_goes_on_in_the_next_incarnation_for_good
            logs::commands_are_known_from_every_log
            logs::the_own_answer_counts_where_both_have_decided
            logs::rebuilt_views_of_many_logs_are_the_same
            merged::movements_of_all_logs_come_newest_first
            merged::times_bound_all_logs
            merged::undoing_is_seen_in_every_log
            merged::entries_come_log_by_log
            merged::pages_go_on_although_logs_grow
            owners::figures_go_on_with_the_next_owner
            owners::a_history_follows_its_warehouse_over_owners
            owners::crossings_say_where_histories_go_over
            apart::void_records_are_listed_newest_first
            apart::what_is_void_is_no_movement
            apart::conflicts_are_listed_until_somebody_has_looked
            apart::nodes_that_were_apart_come_to_the_same
            apart::a_barcode_that_two_have_finds_both
            apart::stock_of_an_unknown_product_is_shown_by_its_sku
            apart::a_removed_category_is_not_listed
            notes::notes_are_kept_by_kind_and_key
            notes::notes_are_no_views
            notes::notes_are_kept_all_or_none
            catalogue::every_page_size_gives_the_same_products
            catalogue::products_are_filtered
            catalogue::availability_counts_the_scope_alone
            catalogue::a_renamed_category_keeps_its_products
            search::words_are_found_in_all_fields
            search::best_matches_come_first
            search::one_and_two_letters_find
            search::sorting_finds_the_same
            search::many_hits_keep_their_order
            search::what_was_renamed_is_found_anew
            stock::balances_are_listed
            stock::a_balance_is_exact_while_it_changes
            stock::low_stock_is_below_its_rule
            stock::all_warehouses_of_a_product
            stock::holds_are_listed_newest_first
            stock::alerts_have_states
            stock::rules_are_listed
            transfers::transfers_are_listed_newest_first
            transfers::what_is_on_the_road_is_incoming
            transfers::an_arrival_may_come_before_its_dispatch
            history::movements_come_newest_first
            history::filters_are_applied
            history::times_bound_the_history
            history::undone_movements_say_so
            history::entries_come_in_order
            tallies::movements_are_counted_by_quarters
            tallies::movements_count_when_the_goods_moved
            tallies::what_is_set_aside_is_not_available
            tallies::tallies_are_of_all_logs
            deeds::what_people_did_comes_newest_first
            deeds::a_deed_says_what_was_there_before
            deeds::deeds_are_filtered
            deeds::secrets_are_not_in_the_audit
            deeds::a_session_is_closed_with_what_it_was
            deeds::deeds_of_all_logs_are_one_list
            people::users_are_found
            people::sessions_are_listed
            people::imports_are_listed
            people::settings_are_known
            people::the_company_is_known
            people::another_lists_cursor_is_refused
        }
    };
    ($backend:ident: $($file:ident::$case:ident)*) => {
        mod $backend {
            $(
                #[test]
                fn $case() {
                    let folder = tempfile::tempdir().unwrap();
                    crate::$file::$case(&|faults| super::$backend(folder.path(), faults));
                }
            )*
        }
    };
}

/// Makes the store of one case.
type Stores<'a> = &'a dyn Fn(Faults) -> Box<dyn Store>;

/// A store without faults.
fn sound(stores: Stores<'_>) -> Box<dyn Store> {
    stores(Faults::default())
}

store_conformance!(memory);
store_conformance!(sqlite);
