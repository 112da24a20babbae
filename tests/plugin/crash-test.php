<?php
/**
 * PHP killed with SIGKILL between any two steps.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Crash_Test extends Plugin_Test_Case {

	private const DIE = 'posix_kill( getmypid(), SIGKILL );';

	private const NEW_SITE = 'wp_insert_site( array( "domain" => "customer.example", "path" => "/", "network_id" => 1 ) );';

	/** @dataProvider moments_of_a_new_site */
	public function test_line_02_a_new_site_arrives_wherever_php_is_killed( string $moment ): void {
		$this->kill_at( $moment, self::NEW_SITE );
		$this->assert_settles( array( 'customer.example', 'www.customer.example' ) );
	}

	/** @return array<string, array{string}> */
	public function moments_of_a_new_site(): array {
		return array(
			'the site is written, nothing was heard yet' => array( 'add_action( "wp_insert_site", $die, -1 );' ),
			'before its tables are made'                 => array( 'add_action( "wp_initialize_site", $die, -1 );' ),
			'after them, before our part'                => array( 'add_action( "wp_initialize_site", $die, 19 );' ),
			'before the calls'                           => array( 'add_filter( "closte_sync_lifecycle_options", $die );' ),
			'the first answer is recorded'               => array( $this->at_action( 'closte_sync_domain_added' ) ),
			'the second one too'                         => array( $this->at_action( 'closte_sync_domain_added', 2 ) ),
		);
	}

	public function test_line_02_a_new_site_arrives_before_whichever_write_php_is_killed(): void {
		$this->kill_before_each_write(
			static fn(): string => self::NEW_SITE,
			fn(): array => domain_exists( 'customer.example', '/' ) ? array( 'customer.example', 'www.customer.example' ) : array()
		);
	}

	/** @dataProvider moments_of_a_deleted_site */
	public function test_line_02_a_deleted_site_goes_wherever_php_is_killed( string $moment ): void {
		$id = $this->create_site( 'customer.example' );
		$this->next_request();
		$this->kill_at( $moment, "wp_delete_site( $id );" );
		$this->assert_settles( array() );
	}

	/** @return array<string, array{string}> */
	public function moments_of_a_deleted_site(): array {
		return array(
			'the site is gone, nothing was heard yet' => array( 'add_action( "wp_delete_site", $die, -1 );' ),
			'before the calls'                        => array( 'add_filter( "closte_sync_lifecycle_options", $die );' ),
			'the first answer is recorded'            => array( $this->at_action( 'closte_sync_domain_removed' ) ),
			'the second one too'                      => array( $this->at_action( 'closte_sync_domain_removed', 2 ) ),
		);
	}

	public function test_line_02_a_deleted_site_goes_before_whichever_write_php_is_killed(): void {
		$this->kill_before_each_write(
			fn(): string => 'wp_delete_site( ' . $this->create_site( 'customer.example' ) . ' );',
			fn(): array => domain_exists( 'customer.example', '/' ) ? array( 'customer.example', 'www.customer.example' ) : array()
		);
	}

	public function test_line_02_a_site_whose_deletion_is_killed_before_it_happened_keeps_its_domain(): void {
		$id = $this->create_site( 'customer.example' );
		$this->next_request();
		$this->kill_at( 'add_action( "wp_uninitialize_site", $die, 1 );', "wp_delete_site( $id );" );

		$this->assertNotNull( get_site( $id ) );
		$this->assert_settles( array( 'customer.example', 'www.customer.example' ) );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	/** @dataProvider moments_of_a_changed_domain */
	public function test_line_02_a_changed_domain_moves_wherever_php_is_killed( string $moment, bool $moved ): void {
		$id = $this->create_site( 'old.example' );
		$this->next_request();
		$this->kill_at( $moment, "wp_update_site( $id, array( 'domain' => 'new.example' ) );" );
		$this->assert_settles( $moved ? array( 'new.example', 'www.new.example' ) : array( 'old.example', 'www.old.example' ) );
	}

	/** @return array<string, array{string, bool}> */
	public function moments_of_a_changed_domain(): array {
		return array(
			'before it is written'               => array( 'add_filter( "query", function ( $sql ) use ( $die ) { if ( preg_match( "/^UPDATE .*wp_blogs.*new\.example/s", $sql ) ) { $die(); } return $sql; } );', false ),
			'it is written, nothing was heard'   => array( 'add_action( "wp_update_site", $die, -1 );', true ),
			'the new one is recorded'            => array( $this->at_action( 'closte_sync_domain_added' ), true ),
			'before the old one is removed'      => array( '$seen = 0; add_filter( "closte_sync_lifecycle_options", function ( $options ) use ( $die, &$seen ) { if ( 2 === ++$seen ) { $die(); } return $options; } );', true ),
			'the old one is removed'             => array( $this->at_action( 'closte_sync_domain_removed' ), true ),
		);
	}

	public function test_line_02_a_changed_domain_moves_before_whichever_write_php_is_killed(): void {
		$this->kill_before_each_write(
			fn(): string => 'wp_update_site( ' . $this->create_site( 'old.example' ) . ', array( "domain" => "new.example" ) );',
			fn(): array => domain_exists( 'new.example', '/' ) ? array( 'new.example', 'www.new.example' ) : array( 'old.example', 'www.old.example' )
		);
	}

	/** @dataProvider hangs */
	public function test_line_02_killed_in_the_middle_of_a_call( string $kind ): void {
		$this->emulator->fault( array( 'kind' => $kind, 'path' => '/adddomainalias', 'times' => 1 ) );
		$process = $this->start_php( 'wp_insert_site( array( "domain" => "shop.network.test", "path" => "/", "network_id" => 1 ) );' );
		$this->wait_for( fn(): bool => array() !== $this->emulator->journal( '/adddomainalias' ), 'the call' );
		$process->kill();

		$this->assert_settles( array( $this->sub( 'shop' ) ) );
	}

	public function test_line_02_killed_in_the_middle_of_sending_again_what_was_rejected(): void {
		$this->emulator->fault( array( 'kind' => 'reject', 'path' => '/adddomainalias', 'times' => 1 ) );
		$this->create_site( 'shop' );
		$this->assertSame( 'failed', $this->stage( $this->sub( 'shop' ) ) );
		$this->let_time_pass( 2 * DAY_IN_SECONDS );
		$this->emulator->fault( array( 'kind' => 'hang-after', 'domain' => $this->sub( 'shop' ), 'path' => '/adddomainalias', 'times' => 1 ) );
		$process = $this->start_php( 'do_action( "closte_sync_run" );' );
		$this->wait_for( fn(): bool => 2 === count( array_keys( $this->changes(), 'add ' . $this->sub( 'shop' ), true ) ), 'the second call' );
		$process->kill();
		$this->assert_settles( array( $this->sub( 'shop' ) ) );

		$this->assertCount( 2, $this->changes(), 'It was asked for before it was sent again' );
	}

	/** @return array<string, array{string}> */
	public function hangs(): array {
		return array(
			'before its effect' => array( 'hang' ),
			'after its effect'  => array( 'hang-after' ),
		);
	}

	public function test_line_02_a_run_that_is_killed_is_followed_by_another(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$this->set( array( 'enabled' => true ) );
		$this->kill_at( 'add_action( "http_api_debug", $die ); add_filter( "closte_sync_lifecycle_options", $die );', 'do_action( "closte_sync_run" );' );

		$this->assertNotSame( '', $this->row( $this->sub( 'shop' ) )->lease_owner );
		$this->assertNotNull( $this->plugin->scheduler()->next_run() );
		$this->assert_settles( array( $this->sub( 'shop' ) ) );
	}

	/**
	 * In a process of its own: what the double declares would be there for all other tests.
	 *
	 * @dataProvider moments_of_a_mapping
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_line_02_a_mapping_arrives_and_goes_wherever_php_is_killed( string $moment, string $code, array $expected ): void {
		$this->create_site( 'shop' );
		require_once dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php';
		closte_double_install_ultimate_multisite();
		$this->set( array( 'enabled' => true ) );

		foreach ( array( 'kept.example', 'gone.example' ) as $domain ) {
			$this->wpdb->insert( $this->wpdb->base_prefix . 'wu_domain_mappings', array( 'blog_id' => get_sites( array( 'number' => 1, 'orderby' => 'id', 'order' => 'DESC', 'fields' => 'ids' ) )[0], 'domain' => $domain ) );
			$this->plugin->sync()->domain_added( $domain, 0, \ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite::ID );
		}

		$this->next_request();
		$this->kill_at( $moment, 'require ' . var_export( dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php', true ) . '; ( new WP_Ultimo\Managers\Domain_Manager() )->init(); ' . $code );
		$this->assert_settles( $expected );
	}

	/** @return array<string, array{string, string, list<string>}> */
	public function moments_of_a_mapping(): array {
		$both   = array( 'gone.example', 'kept.example', 'shop.network.test', 'www.gone.example', 'www.kept.example' );
		$add    = 'wu_create_domain( array( "blog_id" => 1, "domain" => "new.example" ) );';
		$delete = 'wu_get_domain_by_domain( "gone.example" )->delete();';
		$rename = '$record = wu_get_domain_by_domain( "gone.example" ); $record->set_domain( "new.example" ); $record->save();';
		$with   = array( 'gone.example', 'kept.example', 'new.example', 'shop.network.test', 'www.gone.example', 'www.kept.example', 'www.new.example' );
		$moved  = array( 'kept.example', 'new.example', 'shop.network.test', 'www.kept.example', 'www.new.example' );

		return array(
			'added, nothing was heard'    => array( 'add_action( "wu_transition_domain_domain", $die, -1 );', $add, $with ),
			'deletion did not happen'     => array( 'add_action( "wu_domain_pre_delete", $die, 99 );', $delete, $both ),
			'deleted, nothing was heard'  => array( 'add_action( "wu_domain_post_delete", $die, -1 );', $delete, array( 'kept.example', 'shop.network.test', 'www.kept.example' ) ),
			'renamed, nothing was heard'  => array( 'add_action( "wu_transition_domain_domain", $die, -1 );', $rename, $moved ),
			'renamed, the new one called' => array( $this->at_action( 'closte_sync_domain_added' ), $rename, $moved ),
		);
	}

	/** A hook that kills when an action fires for the nth time. */
	private function at_action( string $action, int $nth = 1 ): string {
		return sprintf( '$seen = 0; add_action( %s, function () use ( $die, &$seen ) { if ( ++$seen === %d ) { $die(); } } );', var_export( $action, true ), $nth );
	}

	/**
	 * From the start for each write of the ledger, until there are no more.
	 *
	 * @param callable(): string       $begin    Prepares the network, returns the code of the event.
	 * @param callable(): list<string> $expected What Closte has to have, as far as the event has come.
	 */
	private function kill_before_each_write( callable $begin, callable $expected ): void {
		for ( $n = 1, $killed = true; $killed; $n++ ) {
			$this->start_over();
			$code = $begin();
			$this->next_request();

			$process = $this->start_php(
				sprintf(
					'require %s; new ClosteSync\Tests\Ledger_Writes( function ( int $n ) { if ( %d === $n ) { %s } } ); %s register_shutdown_function( fn() => print( "survived" ) );',
					var_export( dirname( __DIR__ ) . '/support/class-ledger-writes.php', true ),
					$n,
					self::DIE,
					$code
				)
			);
			$killed  = -1 === $process->wait();
			$this->assertSame( $killed ? '' : 'survived', $process->output(), "Before write $n" );
			$this->next_request();
			$this->assert_settles( $expected(), "Killed before write $n" );
		}

		$this->assertGreaterThan( 4, $n, 'It was killed a few times' );
	}

	private function kill_at( string $moment, string $code ): void {
		$process = $this->start_php( '$die = function ( $passed = null ) { ' . self::DIE . " }; $moment $code register_shutdown_function( fn() => print( 'survived' ) );" );

		$this->assertSame( -1, $process->wait(), 'It was not killed: ' . $process->output() );
		$this->assertStringNotContainsString( 'survived', $process->output() );
		$this->next_request();
	}

	/**
	 * After leases have ended and due rows have run, Closte has these, and nothing waits for it.
	 *
	 * @param list<string> $expected
	 */
	private function assert_settles( array $expected, string $message = '' ): void {
		$this->emulator->fault();

		for ( $minutes = 0; $minutes < 4; $minutes++ ) {
			$this->let_time_pass( 2 * MINUTE_IN_SECONDS );
			$this->run_due();
		}

		$this->assertSame( $expected, $this->emulator->domains(), $message );
		$this->assertFalse( $this->plugin->leases()->awaits_call(), $message );

		foreach ( $this->plugin->ledger()->all() as $row ) {
			$this->assertFalse( $row->needs_confirmation, "{$row->domain} needs confirmation still" );
		}
	}
}
