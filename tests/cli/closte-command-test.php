<?php
/**
 * Tests of `wp closte verify`, `status`, `enable` and `disable`.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** `wp closte verify`, `status`, `enable` and `disable`. */
final class Closte_Command_Test extends Cli_Test_Case {

	public function test_verify_says_that_the_key_is_accepted(): void {
		$result = $this->closte( 'verify' );

		self::assertSame( 0, $result->status, $result->stderr );
		self::assertMatchesRegularExpression( '/^Success: Closte answers and accepts the key \(\d+ ms\)\.$/m', $result->stdout );
		self::assertSame( array(), $this->emulator->domains() );
	}

	public function test_verify_with_a_key_that_is_refused(): void {
		$result = $this->wp( '--exec=define( "CLOSTE_CLIENT_API_KEY", "wrong-key-of-nobody-0000" );', 'closte', 'verify' );

		self::assert_failed( 'key', $result );
		self::assertStringContainsString( 'hint: Compare it with the key', $result->stderr );
		self::assertStringNotContainsString( 'wrong-key', $result->stdout . $result->stderr );
	}

	public function test_verify_without_a_key(): void {
		$result = $this->wp( '--exec=define( "CLOSTE_CLIENT_API_KEY", "" );', 'closte', 'verify' );

		self::assert_failed( 'There is no API key.', $result );
		self::assertStringContainsString( 'hint: ', $result->stderr );
		self::assertStringContainsString( 'wp-config.php', $result->stderr );
	}

	public function test_verify_while_closte_is_down(): void {
		$this->emulator->down( true );

		$result = $this->closte( 'verify' );

		self::assert_failed( 'Error: ', $result );
		self::assertStringContainsString( 'hint: Changes are queued and sent automatically once Closte answers.', $result->stderr );
	}

	public function test_verify_when_something_else_answers(): void {
		$this->emulator->fault( array( 'kind' => 'html' ) );

		$result = $this->closte( 'verify' );

		self::assert_failed( 'Error: ', $result );
		self::assertStringContainsString( 'hint: Check that no proxy or firewall answers', $result->stderr );
	}

	public function test_status_counts_the_domains(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'site', 'create', '--slug=two' );

		$status = $this->succeed( 'closte', 'status', '--format=json' )->json();

		self::assertSame( 'on', $status['integration'] );
		self::assertSame( 'constant', $status['key_source'] );
		self::assertSame( 2, $status['domains'] );
		self::assertSame( 2, $status['checking-dns'] );
		self::assertSame( 300, $status['check_interval'] );
		self::assertSame( $this->network(), $status['targets'] );
		self::assertStringEndsWith( substr( $this->key(), -4 ), $status['key'] );
		self::assertStringNotContainsString( $this->key(), (string) json_encode( $status ) );
	}

	public function test_status_of_one_field_is_that_value_alone(): void {
		self::assertSame( "0\n", $this->succeed( 'closte', 'status', '--field=failed' )->stdout );
	}

	public function test_status_as_csv_and_yaml(): void {
		$csv  = $this->succeed( 'closte', 'status', '--format=csv', '--fields=integration,domains' )->stdout;
		$yaml = $this->succeed( 'closte', 'status', '--format=yaml', '--fields=integration,domains' )->stdout;

		self::assertStringContainsString( 'integration,on', $csv );
		self::assertStringContainsString( 'domains,0', $csv );
		self::assertStringContainsString( 'integration: on', str_replace( "'", '', $yaml ) );
	}

	public function test_status_with_an_unknown_field(): void {
		self::assert_failed( 'Invalid field', $this->closte( 'status', '--field=nonsense' ) );
	}

	public function test_disable_records_only_and_enable_sends_what_was_recorded(): void {
		$off = $this->succeed( 'closte', 'disable' );
		self::assertStringContainsString( 'Success: The Closte integration is off', $off->stdout );

		$this->succeed( 'site', 'create', '--slug=later' );
		self::assertSame( array(), $this->emulator->journal() );
		self::assertSame( "pending\n", $this->succeed( 'closte', 'domain', 'get', 'later.' . $this->network(), '--field=stage' )->stdout );

		$on = $this->succeed( 'closte', 'enable' );
		self::assertStringContainsString( 'Success: The Closte integration is on.', $on->stdout );
		self::assertStringContainsString( 'hint: ', $on->stderr );

		$this->succeed( 'closte', 'run' );
		self::assertSame( array( 'later.' . $this->network() ), $this->emulator->domains() );
	}

	public function test_a_run_compares_with_closte_where_wp_cron_has_not_for_long(): void {
		$this->succeed( 'site', 'create', '--slug=shop' );
		$this->emulator->set_domains( array() );
		$event = 'closte_sync_reconcile';
		$this->succeed( 'closte', 'run' );
		self::assertSame( array(), $this->emulator->domains(), 'It is not its time yet' );

		$this->succeed( 'eval', "wp_clear_scheduled_hook( '$event' ); wp_schedule_event( time() - HOUR_IN_SECONDS, 'daily', '$event' );" );
		$this->succeed( 'closte', 'run' );

		self::assertContains( 'shop.' . $this->network(), $this->emulator->domains() );
		$next = $this->succeed( 'eval', "echo wp_next_scheduled( '$event' ) - time();" )->stdout;
		self::assertEqualsWithDelta( 86_400, (int) $next, 60 );
	}

	public function test_switching_twice_says_so(): void {
		self::assertStringContainsString( 'already on', $this->succeed( 'closte', 'enable' )->stdout );
		$this->succeed( 'closte', 'disable' );
		self::assertStringContainsString( 'already off', $this->succeed( 'closte', 'disable' )->stdout );
	}

	public function test_without_the_extension_it_is_said_and_nothing_breaks(): void {
		self::assert_failed( 'The PHP extension "closte" is not loaded.', $this->closte_without_extension( 'verify' ) );
		self::assert_failed( 'The PHP extension "closte" is not loaded.', $this->closte_without_extension( 'run' ) );
		self::assert_failed( 'The PHP extension "closte" is not loaded.', $this->closte_without_extension( 'sync' ) );

		$status = $this->closte_without_extension( 'status', '--field=extension' );
		self::assertSame( 0, $status->status, $status->stderr );
		self::assertSame( "missing\n", $status->stdout );
	}

	public function test_a_command_without_arguments_takes_none(): void {
		foreach ( array( array( 'disable', '--dry-run' ), array( 'enable', 'now' ), array( 'verify', 'shop.example' ) ) as $arguments ) {
			$result = $this->closte( ...$arguments );
			self::assertSame( 1, $result->status );
			self::assertStringContainsString( 'takes no arguments: ' . $arguments[1], $result->stderr );
		}
		self::assertSame( "on\n", $this->succeed( 'closte', 'status', '--field=integration' )->stdout );
	}

	public function test_status_says_that_the_key_is_refused(): void {
		$this->emulator->fault( array( 'kind' => '401' ) );
		$this->succeed( 'site', 'create', '--slug=one' );

		self::assertStringContainsString( 'did not accept the API key', $this->succeed( 'closte', 'status', '--field=closte' )->stdout );
		self::assertStringContainsString( 'hint: find out more: wp closte doctor', $this->succeed( 'closte', 'status' )->stderr );
	}

	public function test_a_missing_table_is_made_anew(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'eval', '$GLOBALS["wpdb"]->query( "DROP TABLE {$GLOBALS["wpdb"]->base_prefix}closte_sync_domains" );' );
		$result = $this->succeed( 'closte', 'sync' );

		self::assertStringContainsString( 'has been created again', $result->stderr );
		self::assertSame( "checking-dns\n", $this->succeed( 'closte', 'domain', 'get', 'one.' . $this->network(), '--field=stage' )->stdout );
	}

	public function test_a_database_that_cannot_be_written_is_no_success(): void {
		$refuse  = '--exec=WP_CLI::add_wp_hook( "query", static fn( $sql ) => preg_match( "/^(UPDATE|INSERT)/", $sql ) ? "SELECT nothing FROM nowhere WHERE" : $sql );';
		$disable = $this->closte( 'disable', $refuse );
		self::assertSame( 1, $disable->status );
		self::assertStringContainsString( 'could not be saved', $disable->stderr );
		self::assertSame( "on\n", $this->succeed( 'closte', 'status', '--field=integration' )->stdout );

		$doctor = $this->closte( 'doctor', '--format=json', $refuse );
		self::assertSame( 1, $doctor->status );
		self::assertSame( 'error', array_column( $doctor->json(), 'status', 'check' )['database'] );
		self::assertSame( 'ok', array_column( $this->closte( 'doctor', '--format=json' )->json(), 'status', 'check' )['database'] );
	}

	public function test_doctor_names_the_proxy_without_its_password(): void {
		$ready = json_decode( (string) file_get_contents( $this->env( 'dir' ) . '/emulator/ready.json' ), true, 8, JSON_THROW_ON_ERROR );
		$ini   = $this->env( 'dir' ) . '/php.d/over-tls.ini';
		file_put_contents( $ini, "closte.base_url={$ready['https']}\ncloste.ca_file={$ready['ca']}\n" );
		try {
			$direct  = $this->closte( 'doctor', '--format=json' );
			$proxied = $this->wp_with( array( 'HTTPS_PROXY' => 'http://joe:s3cret@127.0.0.1:1' ), '', 'closte', 'doctor', '--format=json' );
		} finally {
			unlink( $ini );
		}
		self::assertArrayNotHasKey( 'proxy', array_column( $direct->json(), 'status', 'check' ) );
		self::assertSame( 'ok', array_column( $direct->json(), 'status', 'check' )['connection'] );

		$messages = array_column( $proxied->json(), 'message', 'check' );
		self::assertStringContainsString( 'through the proxy http://127.0.0.1:1.', $messages['proxy'] );
		self::assertStringContainsString( 'The connection to the proxy failed', $messages['connection'] );
		self::assertStringNotContainsString( 's3cret', $proxied->stdout . $proxied->stderr );
	}
}
