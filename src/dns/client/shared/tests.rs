use std::cell::Cell;
use std::future::{pending, ready};
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::{join_all, poll_fn};
use hickory_resolver::proto::op::{MessageType, OpCode};
use hickory_resolver::proto::rr::rdata::A;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

use super::*;

fn asked() -> Asked {
    Asked {
        resolvers: vec![([192, 0, 2, 1], 53).into()],
        name: Name::from_ascii("a.test.").unwrap(),
        kind: RecordType::A,
    }
}

fn answer(id: u16) -> Message {
    let mut message = Message::new(id, MessageType::Response, OpCode::Query);
    let address = RData::A(A([127, 0, 0, 1].into()));
    let record = Record::from_rdata(asked().name, 60, address);
    message.answers.push(record);
    message
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    crate::net::block_on(future).unwrap()
}

/// Counts itself, lets others go first, and gives `answer`.
async fn ask(count: &Cell<u16>, answer: Result<Message, NoAnswer>) -> Result<Message, NoAnswer> {
    count.set(count.get() + 1);
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
        let (shared, count) = (SharedAnswers::default(), Cell::new(0));
        let all = (0..100).map(|_| shared.get(asked(), ask(&count, Ok(answer(7)))));
        for said in join_all(all).await {
            assert_eq!(said.unwrap().metadata.id, 7);
        }
        let said = shared.get(asked(), ask(&count, Ok(answer(8)))).await;
        assert_eq!((said.unwrap().metadata.id, count.get()), (7, 1));
        assert!(shared.state().under_way.is_empty());
    });
}

#[test]
fn somebody_elses_answer_counts_also_where_it_came_late() {
    block_on(async {
        let shared = SharedAnswers::default();
        let (tell, told) = tokio::sync::oneshot::channel();
        let owner = shared.get(asked(), async {
            told.await.unwrap();
            Ok(answer(7))
        });
        // Asks when it has waited long enough, and hears nothing.
        let waiter = shared.get(asked(), async {
            tell.send(()).unwrap();
            pending().await
        });
        let (first, other) = futures_util::future::join(owner, waiter).await;
        let ids = [first, other].map(|said| said.unwrap().metadata.id);
        assert_eq!(ids, [7, 7]);
        assert!(shared.state().under_way.is_empty());
    });
}

#[test]
fn a_failure_is_the_askers_own() {
    block_on(async {
        let (shared, count) = (SharedAnswers::default(), Cell::new(0));
        let fails = shared.get(asked(), ask(&count, Err(NoAnswer::ServerFailure)));
        let others = (1..10).map(|id| shared.get(asked(), ask(&count, Ok(answer(id)))));
        let (failed, said) = futures_util::future::join(fails, join_all(others)).await;
        assert_eq!(failed, Err(NoAnswer::ServerFailure));
        assert!(said.iter().all(Result::is_ok), "{said:?}");
        // It is not remembered either.
        let shared = SharedAnswers::default();
        for id in 1..3 {
            let failed = shared.get(asked(), ready(Err(NoAnswer::TimedOut))).await;
            assert!(failed.is_err(), "{id}");
        }
        assert!(shared.get(asked(), ready(Ok(answer(3)))).await.is_ok());
        assert!(shared.state().under_way.is_empty());
    });
}

#[test]
fn whoever_waits_asks_where_the_question_is_given_up_or_takes_long() {
    block_on(async {
        let shared = SharedAnswers::default();
        let mut never = Box::pin(shared.get(asked(), pending()));
        assert!(never.as_mut().now_or_never().is_none());
        // It takes long.
        let said = shared.get(asked(), ready(Ok(answer(1)))).await;
        assert_eq!(said.unwrap().metadata.id, 1);

        let shared = SharedAnswers::default();
        let mut given_up = Box::pin(shared.get(asked(), pending()));
        assert!(given_up.as_mut().now_or_never().is_none());
        let mut waits = Box::pin(shared.get(asked(), ready(Ok(answer(2)))));
        assert!(waits.as_mut().now_or_never().is_none());
        drop(given_up);
        assert_eq!(waits.await.unwrap().metadata.id, 2);
        assert!(shared.state().under_way.is_empty());
    });
}

#[test]
fn what_is_asked_anew_is_news_for_others() {
    block_on(async {
        let shared = SharedAnswers::default();
        let first = shared.get(asked(), ready(Ok(answer(1)))).await;
        assert_eq!(first.unwrap().metadata.id, 1);
        let anew = shared.renew(asked(), ready(Ok(answer(2)))).await;
        assert_eq!(anew.unwrap().metadata.id, 2);
        let then = shared.get(asked(), ready(Ok(answer(3)))).await;
        assert_eq!(then.unwrap().metadata.id, 2);
    });
}
