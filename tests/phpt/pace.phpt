--TEST--
How long a page waits for Closte
--EXTENSIONS--
closte
--FILE--
<?php
use Closte\Lifecycle;

$now = 1800000000;
foreach ( array( array(), array( 'slowest' => 0.6, 'at' => $now ), array( 'slowest' => 1.2, 'at' => $now ), array( 'slowest' => 2, 'at' => $now - 86399 ), array( 'slowest' => 1.2, 'at' => $now - 86400 ), array( 'slowest' => 'x', 'at' => 'y' ), array( 7 ) ) as $pace ) {
	echo json_encode( $pace ), ': ', Lifecycle::pageSeconds( $pace, $now ), "\n";
}

$pace = array( 'other' => 1 );
foreach ( array( 0.0, 0.1, 0.5, 1, 0.2 ) as $n => $seconds ) {
	$pace = Lifecycle::notePace( $pace, $seconds, $now + $n );
	echo $seconds, ': ', json_encode( $pace ), "\n";
}
?>
--EXPECT--
[]: 8
{"slowest":0.6,"at":1800000000}: 2.5
{"slowest":1.2,"at":1800000000}: 4.8
{"slowest":2,"at":1799913601}: 8
{"slowest":1.2,"at":1799913600}: 8
{"slowest":"x","at":"y"}: 8
[7]: 8
0: {"other":1}
0.1: {"slowest":0.6,"at":1800000001}
0.5: {"slowest":0.6,"at":1800000001}
1: {"slowest":1.2,"at":1800000003}
0.2: {"slowest":1.2,"at":1800000003}
