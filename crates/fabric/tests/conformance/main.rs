//! One suite for every fabric: the same promises.

mod calls;
mod letters;
mod logs;
mod members;
mod nats;
mod world;
mod worlds;

/// Runs all cases on a backend.
macro_rules! fabric_conformance {
    ($backend:ident) => {
        fabric_conformance! { $backend:
            logs::frames_arrive_in_order
            logs::frames_travel_together
            logs::a_follower_starts_where_it_says
            logs::what_is_there_already_counts_as_published
            logs::a_log_elsewhere_is_told
            logs::a_new_life_ends_the_one_before
            logs::only_the_owner_publishes
            logs::a_fenced_log_goes_on_when_its_owner_has_read_why
            logs::a_lost_tail_is_published_again
            logs::a_lost_log_is_published_again
            logs::gaps_are_visible
            logs::a_follower_outlives_the_hub
            logs::large_frames_pass_and_too_large_ones_do_not
            calls::calls_are_answered
            calls::nobody_listening_is_told_at_once
            calls::a_slow_answer_is_in_doubt
            calls::announcements_reach_all_others
            letters::letters_come_in_order
            letters::what_is_not_done_comes_again
            letters::the_same_letter_is_put_once
            letters::letters_outlive_the_node_and_the_hub
            letters::letters_go_on_after_everything_was_lost
        }
    };
    ($backend:ident: $($file:ident::$case:ident)*) => {
        mod $backend {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    if let Some(world) = super::worlds::$backend().await {
                        crate::$file::$case(&*world).await;
                    }
                }
            )*
        }
    };
}

fabric_conformance!(local);
fabric_conformance!(hub);
// Elections take their time: what is the same for one server and three is tried at one.
fabric_conformance! { three:
    logs::frames_arrive_in_order
    logs::frames_travel_together
    logs::a_fenced_log_goes_on_when_its_owner_has_read_why
    letters::letters_come_in_order
}
