<?php
/**
 * Times several web heads on one ledger: php heads.php ENV_JSON ROWS SECONDS PORT…. Run by tests/bin/bench-heads, which has started a
 * pool of PHP-FPM behind each port.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-bench-network.php';
require_once __DIR__ . '/record.php';

/** Lets pools work on what is due. */
final class Heads {

	/** Of each pool. */
	private const WORKERS = 2;

	/** @var array<string, int> How often each domain was sent. */
	private array $sent = array();

	/** @param list<string> $ports */
	public function __construct( private readonly Bench_Network $network, private readonly array $ports ) {}

	/** @return float Rows a second, of runs that end after so many seconds, or when no row is due. */
	public function rate( int $pools, string $isolation, float $seconds ): float {
		$this->network->db->query( "SET GLOBAL TRANSACTION ISOLATION LEVEL $isolation" );
		$begun = hrtime( true );
		$multi = curl_multi_init();
		for ( $worker = 0; $worker < $pools * self::WORKERS; $worker++ ) {
			$this->visit( $multi, $worker % $pools, $seconds );
		}
		do {
			curl_multi_exec( $multi, $running );
			curl_multi_select( $multi, 0.1 );
			while ( $info = curl_multi_info_read( $multi ) ) {
				$page = (string) curl_multi_getcontent( $info['handle'] );
				curl_multi_remove_handle( $multi, $info['handle'] );
				if ( 'lives' !== $page ) {
					throw new \RuntimeException( 'a run failed: ' . substr( $page, -1000 ) );
				}
			}
		} while ( $running > 0 );
		$took = ( hrtime( true ) - $begun ) / 1e9;
		$sent = $this->count_sent();
		if ( 0 === $sent ) {
			throw new \RuntimeException( "no row was taken, of {$this->left()} that are due after {$this->sent()}: more rows, or fewer seconds" );
		}

		return $sent / $took;
	}

	/** How many rows are due. */
	public function left(): int {
		return (int) $this->network->db->query( "SELECT COUNT(*) FROM wp_closte_sync_domains WHERE next_call = 'add' AND next_check_at <= UNIX_TIMESTAMP()" )->fetch_row()[0];
	}

	public function sent(): int {
		return array_sum( $this->sent );
	}

	public function sent_twice(): int {
		return count( array_filter( $this->sent, static fn ( int $times ): bool => $times > 1 ) );
	}

	private function visit( \CurlMultiHandle $multi, int $pool, float $seconds ): void {
		$curl = curl_init( "http://127.0.0.1:{$this->ports[ $pool ]}/run.php?seconds=$seconds" );
		curl_setopt_array( $curl, array( CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 300 ) );
		curl_multi_add_handle( $multi, $curl );
	}

	private function count_sent(): int {
		$entries = $this->network->emulator->journal( '/adddomainalias' );
		$this->network->emulator->call( 'DELETE', '/journal' );
		$count = 0;
		foreach ( $entries as $entry ) {
			$domain = $entry['params']['domain'] ?? '';
			// An empty one only asks whether Closte is there.
			if ( '' !== $domain ) {
				$this->sent[ $domain ] = 1 + ( $this->sent[ $domain ] ?? 0 );
				++$count;
			}
		}

		return $count;
	}
}

list( , $closte_env, $closte_rows, $closte_seconds ) = $argv;

$closte_network = new Bench_Network( $closte_env );
$closte_heads   = new Heads( $closte_network, array_slice( $argv, 4 ) );
$closte_four    = count( $argv ) - 4;

// Written while nothing may be sent.
$closte_network->wp(
	'eval',
	sprintf(
		'global $wpdb; $closte = new ClosteSync\Container( $wpdb );
		foreach ( array_chunk( range( 1, %d ), 1000 ) as $numbers ) {
			$domains = array_map( fn( $n ) => "site-$n.example", $numbers );
			$closte->ledger()->want_new( array_fill_keys( $domains, array( "blog_id" => 0, "source" => ClosteSync\Ledger\Row_Source::MANUAL ) ) );
		}
		ClosteSync\Settings\Settings::load()->with( array( "enabled" => true ) )->save();',
		$closte_rows
	)
);
file_put_contents(
	$closte_network->env['wordpress'] . '/run.php',
	'<?php $_SERVER["HTTP_HOST"] = "network.test"; require __DIR__ . "/wp-load.php"; wp_get_schedules();
	( new ClosteSync\Container( $wpdb ) )->worker()->run( (float) $_GET["seconds"] ); echo "lives";'
);
$closte_network->emulator->fault( array( 'kind' => 'latency', 'ms' => 20 ) );
$closte_deadlocks = $closte_network->status( 'Innodb_deadlocks' );
printf( "%d due rows, calls take 20 ms, pools of 2 workers\n  %-20s %12s %12s %8s\n", $closte_rows, '', 'one pool', "$closte_four pools", 'ratio' );

$closte_twice = 0;
foreach ( array( 'committed' => 'READ COMMITTED', 'repeatable' => 'REPEATABLE READ' ) as $closte_name => $closte_isolation ) {
	$closte_rates = array();
	foreach ( array( 1, $closte_four, 1, $closte_four ) as $closte_pools ) {
		$closte_rates[ $closte_pools ][] = $closte_heads->rate( $closte_pools, $closte_isolation, (float) $closte_seconds );
	}
	list( $closte_one, $closte_all ) = array_map( static fn ( array $rates ): float => array_sum( $rates ) / 2, array_values( $closte_rates ) );
	printf( "  %-20s %10.0f/s %10.0f/s %8.2f\n", $closte_isolation, $closte_one, $closte_all, $closte_all / $closte_one );
	record( "heads-$closte_name", $closte_all, $closte_one );
}
// What is left, so that each row is known to be taken once.
for ( $closte_turn = 0; $closte_turn < 10 && $closte_heads->left() > 0; $closte_turn++ ) {
	$closte_heads->rate( $closte_four, 'READ COMMITTED', (float) $closte_seconds );
}
$closte_deadlocks = $closte_network->status( 'Innodb_deadlocks' ) - $closte_deadlocks;
printf( "  %d rows taken, %d of them twice, %d deadlocks, %d rows still due\n\n", $closte_heads->sent(), $closte_heads->sent_twice(), $closte_deadlocks, $closte_heads->left() );
record( 'heads-taken', $closte_heads->sent() );
record( 'heads-twice', $closte_heads->sent_twice() + $closte_deadlocks );
