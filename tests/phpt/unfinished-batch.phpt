--TEST--
Lifecycle: a batch that waits for PHP code holds up no other one of the same object
--EXTENSIONS--
closte
--FILE--
<?php
require __DIR__ . '/dns.inc';
require __DIR__ . '/php.inc';

// The first record is finished without asking anybody, while the look-up of what counts as here has just begun.
$dns     = new Dns( 'here.example.com=192.0.2.1', 'a.example.com=192.0.2.1' );
$prelude = sprintf(
	'$lifecycle = new Closte\Lifecycle(
		new Closte\Client( "key", array( "base_url" => "http://127.0.0.1:1" ) ),
		array( "targets" => array( "here.example.com" ), "resolvers" => array( %s ), "authoritative" => false )
	);
	function record( $domain ) {
		return array( "domain" => $domain, "wanted" => "present", "stage" => "checking-dns", "attempts" => 0, "stage_since" => 1 );
	}
	$records = array( array( "stage" => "pending" ) + record( "no domain" ), record( "a.example.com" ) );
	function look( $lifecycle, $where ) {
		echo "$where: {$lifecycle->advance( record( "a.example.com" ) )["dns_state"]}\n";
	}',
	var_export( $dns->address, true )
);

echo run_checked_php( $prelude . '
	$results = $lifecycle->advanceAll( $records, fn () => look( $lifecycle, "called back" ) );
	echo $results[1]["dns_state"], "\n";
' );
echo run_checked_php( $prelude . '
	$fiber = new Fiber( fn () => $lifecycle->advanceAll( $records, fn () => Fiber::suspend() ) );
	$fiber->start();
	look( $lifecycle, "beside a fiber" );
	while ( ! $fiber->isTerminated() ) {
		$fiber->resume();
	}
	echo $fiber->getReturn()[1]["dns_state"], "\n";
' );
echo run_checked_php( $prelude . '
	$pid = null;
	$lifecycle->advanceAll(
		$records,
		function () use ( $lifecycle, &$pid ) {
			$pid ??= pcntl_fork();
			if ( 0 === $pid ) {
				look( $lifecycle, "in a child" );
				exit;
			}
			pcntl_waitpid( $pid, $status );
		}
	);
	look( $lifecycle, "afterwards" );
' );
?>
--EXPECT--
called back: here
called back: here
here
beside a fiber: here
here
in a child: here
afterwards: here
