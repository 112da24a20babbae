--TEST--
CircuitBreaker: a value that says when Closte may be called again
--EXTENSIONS--
closte
--FILE--
<?php
$at     = static fn ( Closte\CircuitBreaker $b, int $now ): Closte\CircuitBreaker => new Closte\CircuitBreaker( $b->toArray(), $now );
$show   = static function ( string $what, Closte\CircuitBreaker $b ): void {
	echo $what, ': page ', json_encode( $b->allows( false ) ), ', run ', json_encode( $b->allows( true ) ), ', probe ', json_encode( $b->mustProbe() ), ', ', json_encode( $b->failure() ), "\n";
};
$call   = static fn ( string $outcome, string $kind = '', int $wait = 0 ): array => array( 'domain' => 'a.example.com', 'outcome' => $outcome, 'error_kind' => $kind, 'error_reason' => '' === $kind ? '' : "$kind-reason", 'error_message' => "it was $outcome", 'retry_after' => $wait );
$closed = new Closte\CircuitBreaker( array(), 1000 );

$show( 'closed', $closed );
var_dump( $closed->toArray() );
$open = $closed->after( array( $call( 'added' ), $call( 'failed', 'transient' ), $call( '', 'transient' ) ) );
$show( 'open', $open );
echo json_encode( $open->toArray() ), "\n";
$show( 'closed still', $closed );
$show( 'half-open', $at( $open, 1060 ) );
$show( 'a check', $open->after( array( $call( '' ) ) ) );
$show( 'no name', $open->after( array( $call( 'invalid', 'invalid-domain' ) ) ) );
$show( 'rejected', $open->after( array( $call( 'rejected', 'rejected' ) ) ) );
$show( 'answered', $open->afterAnswer() );
$asked = $open->afterFailure( 'transient', 'Busy.', 89.5, 'rate-limited' );
$show( 'asked', $at( $asked, 1089 ) );
$show( 'asked no more', $at( $asked, 1090 ) );
$many = $closed->after( array_fill( 0, 20, $call( 'unknown', 'protocol' ) ) );
$show( 'hopeless', $many );
$show( 'later', $at( $many, 1060 ) );
$key = $closed->afterRefusedKey( 'The key was refused.' );
$show( 'key tried', $key );
$show( 'key changed', $key->afterKeyChange() );
$show( 'nonsense', new Closte\CircuitBreaker( array( 'since' => 'x', 'until' => null, 'message' => array() ) ) );
?>
--EXPECT--
closed: page true, run true, probe false, null
array(0) {
}
open: page false, run false, probe true, {"since":1000,"kind":"transient","reason":"transient-reason","message":"it was failed"}
{"since":1000,"until":1060,"asked_until":0,"failures":1,"kind":"transient","reason":"transient-reason","message":"it was failed"}
closed still: page true, run true, probe false, null
half-open: page true, run false, probe true, {"since":1000,"kind":"transient","reason":"transient-reason","message":"it was failed"}
a check: page false, run false, probe true, {"since":1000,"kind":"transient","reason":"transient-reason","message":"it was failed"}
no name: page false, run false, probe true, {"since":1000,"kind":"transient","reason":"transient-reason","message":"it was failed"}
rejected: page true, run true, probe false, null
answered: page true, run true, probe false, null
asked: page false, run false, probe false, {"since":1000,"kind":"transient","reason":"rate-limited","message":"Busy."}
asked no more: page true, run false, probe true, {"since":1000,"kind":"transient","reason":"rate-limited","message":"Busy."}
hopeless: page false, run false, probe false, {"since":1000,"kind":"protocol","reason":"protocol-reason","message":"it was unknown"}
later: page true, run false, probe true, {"since":1000,"kind":"protocol","reason":"protocol-reason","message":"it was unknown"}
key tried: page true, run false, probe true, {"since":1000,"kind":"auth","reason":"key-refused","message":"The key was refused."}
key changed: page true, run true, probe false, null
nonsense: page true, run true, probe false, null
