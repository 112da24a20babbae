use std::future::{pending, ready};
use std::sync::atomic::{AtomicU16, Ordering};
use std::task::Poll;

use futures_util::future::{join, join_all, poll_fn};
use hickory_resolver::proto::op::{MessageType, OpCode};
use hickory_resolver::proto::rr::rdata::A;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::sync::oneshot;

use super::*;

fn asked() -> Arc<Asked> {
    let name = Name::from_ascii("a.test.").unwrap();
    Asked::new(vec![([192, 0, 2, 1], 53).into()], name, RecordType::A)
}

fn answer(id: u16) -> Message {
    let mut message = Message::new(id, MessageType::Response, OpCode::Query);
    let address = RData::A(A([127, 0, 0, 1].into()));
    let name = Name::from_ascii("a.test.").unwrap();
    let record = Record::from_rdata(name, 60, address);
    message.answers.push(record);
    message
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    crate::net::block_on(future).unwrap()
}

fn nothing_is_under_way(shared: &SharedAnswers) -> bool {
    lock(&shared.state).under_way.is_empty()
}

/// Counts itself, lets others go first, and gives `answer`.
async fn ask(
    count: Arc<AtomicU16>,
    answer: Result<Message, NoAnswer>,
) -> Result<Message, NoAnswer> {
    count.fetch_add(1, Ordering::Relaxed);
    let mut is_first = true;
    poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    answer
}

#[test]
fn those_who_ask_at_once_or_later_share_one_question() {
    block_on(async {
        let (shared, count) = (SharedAnswers::default(), Arc::new(AtomicU16::new(0)));
        let said = |id| ask(Arc::clone(&count), Ok(answer(id)));
        let all = (0..100).map(|_| shared.get(asked(), || said(7)));
        for said in join_all(all).await {
            assert_eq!(said.unwrap().metadata.id, 7);
        }
        let said = shared.get(asked(), || said(8)).await;
        assert_eq!(said.unwrap().metadata.id, 7);
        assert_eq!(count.load(Ordering::Relaxed), 1);
        assert!(nothing_is_under_way(&shared));
    });
}

#[test]
fn somebody_elses_answer_counts_also_where_it_came_late() {
    block_on(async {
        let shared = SharedAnswers::default();
        let (tell, told) = oneshot::channel();
        let owner = shared.get(asked(), || async {
            told.await.unwrap();
            Ok(answer(7))
        });
        // Asks when it has waited long enough, and hears nothing.
        let waiter = shared.get(asked(), || async {
            tell.send(()).unwrap();
            pending().await
        });
        let (first, other) = join(owner, waiter).await;
        let ids = [first, other].map(|said| said.unwrap().metadata.id);
        assert_eq!(ids, [7, 7]);
        assert!(nothing_is_under_way(&shared));
    });
}

#[test]
fn a_failure_is_the_askers_own() {
    block_on(async {
        let (shared, count) = (SharedAnswers::default(), Arc::new(AtomicU16::new(0)));
        let said = |answer| ask(Arc::clone(&count), answer);
        let fails = shared.get(asked(), || said(Err(NoAnswer::ServerFailure)));
        let others = (1..10).map(|id| shared.get(asked(), move || said(Ok(answer(id)))));
        let (failed, said) = join(fails, join_all(others)).await;
        assert_eq!(failed, Err(NoAnswer::ServerFailure));
        assert!(said.iter().all(Result::is_ok), "{said:?}");
        // It is not remembered either.
        let shared = SharedAnswers::default();
        for id in 1..3 {
            let failed = shared.get(asked(), || ready(Err(NoAnswer::TimedOut))).await;
            assert!(failed.is_err(), "{id}");
        }
        let said = shared.get(asked(), || ready(Ok(answer(3)))).await;
        assert!(said.is_ok());
        assert!(nothing_is_under_way(&shared));
    });
}

#[test]
fn whoever_waits_asks_where_the_question_takes_long() {
    block_on(async {
        let shared = SharedAnswers::default();
        let mut never = Box::pin(shared.get(asked(), pending));
        assert!((&mut never).now_or_never().is_none());
        let said = shared.get(asked(), || ready(Ok(answer(1)))).await;
        assert_eq!(said.unwrap().metadata.id, 1);
        drop(never);
        assert!(nothing_is_under_way(&shared));
    });
}

#[test]
fn a_question_goes_on_where_the_one_who_asked_it_has_left() {
    block_on(async {
        let shared = SharedAnswers::default();
        let (tell, told) = oneshot::channel();
        let mut leaves = Box::pin(shared.get(asked(), || async {
            told.await.unwrap();
            Ok(answer(7))
        }));
        assert!((&mut leaves).now_or_never().is_none());
        let unwanted = || async { unreachable!("it was asked again") };
        let stays = shared.get(asked(), unwanted);
        let (said, ()) = join(stays, async {
            drop(leaves);
            // Others hear of it still.
            let mut passes_by = Box::pin(shared.get(asked(), unwanted));
            assert!((&mut passes_by).now_or_never().is_none());
            drop(passes_by);
            tell.send(()).unwrap();
        })
        .await;
        assert_eq!(said.unwrap().metadata.id, 7);
        assert!(nothing_is_under_way(&shared));
        // It was remembered for all.
        let said = shared.get(asked(), unwanted).await;
        assert_eq!(said.unwrap().metadata.id, 7);
    });
}

#[test]
fn whoever_is_polled_looks_for_the_answer_to_the_question_of_another() {
    block_on(async {
        let (shared, has_come) = (SharedAnswers::default(), Arc::new(AtomicU16::new(0)));
        // As after a pause of the process: it is there, and nobody is told.
        let seen = Arc::clone(&has_come);
        let look = poll_fn(move |_| match seen.load(Ordering::Relaxed) {
            0 => Poll::Pending,
            id => Poll::Ready(Ok(answer(id))),
        });
        let mut owner = Box::pin(shared.get(asked(), || look));
        assert!((&mut owner).now_or_never().is_none());
        let mut waits = Box::pin(shared.get(asked(), pending));
        assert!((&mut waits).now_or_never().is_none());
        has_come.store(7, Ordering::Relaxed);
        // Its time is over.
        let said = by(Instant::now(), waits).await;
        assert_eq!(said.unwrap().unwrap().metadata.id, 7);
    });
}

#[test]
fn a_question_is_given_up_with_the_last_one_who_waits() {
    block_on(async {
        let shared = SharedAnswers::default();
        let (lives, is_dropped) = oneshot::channel::<()>();
        let mut first = Box::pin(shared.get(asked(), || async {
            let _lives = lives;
            pending().await
        }));
        assert!((&mut first).now_or_never().is_none());
        let mut last = Box::pin(shared.get(asked(), pending));
        assert!((&mut last).now_or_never().is_none());
        drop((first, last));
        assert!(is_dropped.await.is_err());
        assert!(nothing_is_under_way(&shared));
        let said = shared.get(asked(), || ready(Ok(answer(2)))).await;
        assert_eq!(said.unwrap().metadata.id, 2);
    });
}

#[test]
fn what_is_asked_anew_is_news_for_others() {
    block_on(async {
        let shared = SharedAnswers::default();
        let said = |id| ready(Ok(answer(id)));
        let first = shared.get(asked(), || said(1)).await;
        assert_eq!(first.unwrap().metadata.id, 1);
        let anew = shared.ask_anew(asked(), said(2)).await;
        assert_eq!(anew.unwrap().metadata.id, 2);
        let then = shared.get(asked(), || said(3)).await;
        assert_eq!(then.unwrap().metadata.id, 2);
    });
}
