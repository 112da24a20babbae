<?php
/**
 * Several web heads on one database.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;

/** PHP-FPM pools, each behind a web server of its own. */
final class Web_Heads_Test extends Plugin_Test_Case {

	private const WORKERS = 3;

	/** @var list<string> Folders of the heads, with their pid files. */
	private array $folders = array();

	/** @var list<int> */
	private array $ports = array();

	private string $page;

	protected function setUp(): void {
		parent::setUp();
		$this->page = $this->env( 'wordpress' ) . '/event.php';
		file_put_contents(
			$this->page,
			'<?php $_SERVER["HTTP_HOST"] = "network.test"; require __DIR__ . "/wp-load.php"; $domain = $_GET["domain"] ?? "";
			$sites = get_sites( array( "domain" => $domain, "fields" => "ids" ) );
			match ( $_GET["do"] ) {
				"create" => wp_insert_site( array( "domain" => $domain, "path" => "/", "network_id" => 1, "user_id" => 1 ) ),
				"delete" => array_map( "wp_delete_site", $sites ),
				"run"    => do_action( "closte_sync_run" ),
			};
			echo "lives";'
		);
		for ( $head = 0; $head < 2; $head++ ) {
			$this->start_head();
		}
	}

	protected function tearDown(): void {
		unlink( $this->page );
		parent::tearDown();
		// Fails when one of their workers has crashed.
		$this->shell( 'status=0; for folder in ' . implode( ' ', array_map( 'escapeshellarg', $this->folders ) ) . '; do stop_web "$folder" || status=1; rm -rf "$folder"; done; exit $status' );
	}

	public function test_two_web_heads_share_one_ledger(): void {
		$this->emulator->fault(
			array(
				'kind' => 'latency',
				'ms'   => 50,
			)
		);
		$pages = $domains = array();
		for ( $n = 1; $n <= 8; $n++ ) {
			$domains[] = "shop-$n.network.test";
			// The same on both, at the same time, and runs beside it.
			$pages[] = array( 'do' => 'create', 'domain' => "shop-$n.network.test" );
			$pages[] = array( 'do' => 'create', 'domain' => "shop-$n.network.test" );
			$pages[] = array( 'do' => 'run' );
			$pages[] = array( 'do' => 'run' );
		}
		$this->visit( $pages );
		$this->settle();
		$this->assertSame( $domains, $this->emulator->domains() );
		$changes = $this->changes();
		sort( $changes );
		$this->assertSame( array_map( static fn( string $domain ): string => "add $domain", $domains ), $changes, 'Each once' );

		$pages = array();
		foreach ( array_slice( $domains, 0, 4 ) as $domain ) {
			$pages[] = array( 'do' => 'delete', 'domain' => $domain );
			$pages[] = array( 'do' => 'run' );
			$pages[] = array( 'do' => 'run' );
		}
		$this->visit( $pages );
		$this->settle();
		$this->assertSame( array_slice( $domains, 4 ), $this->emulator->domains() );
		$rows = array_map( static fn( \ClosteSync\Ledger\Ledger_Row $row ): string => $row->domain, iterator_to_array( $this->plugin->ledger()->all(), false ) );
		sort( $rows );
		$this->assertSame( array_slice( $domains, 4 ), $rows );
		$removals = array_filter( $this->changes(), static fn( string $change ): bool => str_starts_with( $change, 'delete' ) );
		$this->assertSame( count( $removals ), count( array_unique( $removals ) ), 'Each once' );
	}

	public function test_what_one_head_leaves_the_other_one_completes(): void {
		$this->emulator->down( true );
		$this->visit( array( array( 'do' => 'create', 'domain' => 'left.network.test' ) ) );
		$this->shell( 'stop_web ' . escapeshellarg( $this->folders[0] ) );
		$this->emulator->down( false );
		$this->let_time_pass( 120 );
		$this->visit( array( array(), array( 'do' => 'run' ) ) );
		$this->assertSame( array( 'left.network.test' ), $this->emulator->domains() );
	}

	/**
	 * Counted by the database, which ends one of two statements that wait for each other.
	 *
	 * @testWith ["READ COMMITTED"]
	 *           ["REPEATABLE READ"]
	 */
	public function test_four_pools_take_each_due_row_once_and_never_wait_for_each_other( string $isolation ): void {
		$count   = 4 * (int) ( getenv( 'CLOSTE_SIZE' ) ?: 500 );
		$domains = array_map( static fn( int $n ): string => "site-$n.example", range( 1, $count ) );
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->plugin->ledger()->want_new( array_fill_keys( $domains, array( 'blog_id' => 0, 'source' => Row_Source::MANUAL ) ) );
		$this->set( array( 'enabled' => true ) );
		$this->start_head();
		$this->start_head();
		$deadlocks = fn(): int => (int) $this->wpdb->get_var( "SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'", 1 );
		$before    = $deadlocks();
		$as_it_was = $this->wpdb->get_var( 'SELECT @@GLOBAL.tx_isolation' );
		$this->wpdb->query( "SET GLOBAL TRANSACTION ISOLATION LEVEL $isolation" );
		$begun = microtime( true );

		try {
			do {
				$this->visit( array_fill( 0, 2 * count( $this->ports ), array( 'do' => 'run' ) ) );
			} while ( $this->plugin->leases()->count_due() > 0 && microtime( true ) - $begun < 600 );
		} finally {
			$this->wpdb->query( 'SET GLOBAL TRANSACTION ISOLATION LEVEL ' . str_replace( '-', ' ', $as_it_was ) );
		}

		fwrite( STDERR, sprintf( "\n%d rows by 4 pools, %s: %.1f s\n", $count, $isolation, microtime( true ) - $begun ) );
		$added = array_map( static fn( string $change ): string => substr( $change, strlen( 'add ' ) ), $this->changes() );
		sort( $added );
		sort( $domains );
		$this->assertSame( $domains, $added, 'Each once' );
		// What the database wrote down of the last one says which statements they were.
		$this->assertSame( $before, $deadlocks(), (string) $this->wpdb->get_var( 'SHOW ENGINE INNODB STATUS', 2 ) );
		$this->assertFalse( $this->plugin->leases()->awaits_call() );
	}

	/**
	 * Visits the heads in turn, all pages at once.
	 *
	 * @param list<array<string, string>> $pages Empty: that head is not visited.
	 */
	private function visit( array $pages ): void {
		$multi = curl_multi_init();
		$all   = array();
		foreach ( $pages as $n => $page ) {
			if ( array() === $page ) {
				continue;
			}
			$curl = curl_init( 'http://127.0.0.1:' . $this->ports[ $n % count( $this->ports ) ] . '/event.php?' . http_build_query( $page ) );
			curl_setopt_array(
				$curl,
				array(
					CURLOPT_RETURNTRANSFER => true,
					CURLOPT_TIMEOUT        => 120,
				)
			);
			curl_multi_add_handle( $multi, $curl );
			$all[] = $curl;
		}
		do {
			curl_multi_exec( $multi, $running );
			curl_multi_select( $multi, 0.05 );
		} while ( $running > 0 );
		foreach ( $all as $curl ) {
			$this->assertSame( 'lives', (string) curl_multi_getcontent( $curl ), curl_error( $curl ) );
		}
		$this->next_request();
	}

	private function settle(): void {
		$this->emulator->fault();
		for ( $minutes = 0; $minutes < 3; $minutes++ ) {
			$this->let_time_pass( 120 );
			$this->run_due();
		}
		$this->assertFalse( $this->plugin->leases()->awaits_call() );
	}

	private function start_head(): void {
		$folder          = sys_get_temp_dir() . '/closte-head-' . bin2hex( random_bytes( 5 ) );
		$this->folders[] = $folder;
		$this->ports[]   = (int) $this->shell( 'free_port' );
		$this->shell( 'start_web ' . implode( ' ', array_map( 'escapeshellarg', array( $folder, $this->env( 'wordpress' ), (string) end( $this->ports ), $this->env( 'dir' ) . '/php.d', (string) self::WORKERS ) ) ) );
	}

	private function shell( string $command ): string {
		$bin     = dirname( __DIR__ ) . '/bin';
		$process = new Process( array( 'bash', '-euc', ". $bin/lib/common.sh; . $bin/lib/web.sh; $command" ) );
		$this->assertSame( 0, $process->wait(), $process->output() );

		return trim( $process->output() );
	}
}
