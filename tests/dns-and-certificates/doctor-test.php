<?php
/**
 * `wp closte doctor` on real servers.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

final class Doctor_Test extends Dns_And_Certificates_Test_Case {

	private static ?Dns_Servers $servers = null;

	public static function tearDownAfterClass(): void {
		self::$servers?->stop();
		self::$servers = null;
	}

	protected function setUp(): void {
		parent::setUp();
		if ( '' === (string) getenv( 'PROXY_ADDRESS' ) ) {
			$this->markTestSkipped( 'This system does not let us have a network of our own.' );
		}
		self::$servers ??= new Dns_Servers();
		$this->set( array( 'resolvers' => array( self::$servers->resolver ) ) );
	}

	/** @dataProvider healthy */
	public function test_a_healthy_domain_is_well( string $domain ): void {
		$this->finish( $domain );

		list( $status, $findings ) = $this->doctor( $domain );
		$this->assertSame( 0, $status );
		$this->assertSame( array( 'ok' ), array_values( array_unique( array_column( $findings, 'status' ) ) ), (string) json_encode( $findings, JSON_PRETTY_PRINT ) );
		foreach ( array( 'key', 'connection', 'clock', 'cron', 'at-closte', 'dns', 'caa', 'certificate' ) as $check ) {
			$this->assertContains( $check, array_column( $findings, 'check' ) );
		}
	}

	/** @return array<string, array{string}> */
	public static function healthy(): array {
		return array(
			'plain'                 => array( 'healthy.example' ),
			'signed'                => array( 'signed.example' ),
			'alias of the network'  => array( 'alias.example' ),
			'CAA that allows it'    => array( 'allowed.example' ),
			'covered by a wildcard' => array( 'shop.wild.example' ),
		);
	}

	public function test_a_healthy_wildcard_is_well(): void {
		$this->dns->set_default( self::HERE );
		$this->plugin->sync()->domain_added( '*.wild.example', 0, \ClosteSync\Ledger\Row_Source::MANUAL );
		$this->await_done( '*.wild.example' );

		list( $status, $findings ) = $this->doctor( '*.wild.example' );
		$this->assertSame( 0, $status );
		$this->assertSame( array( 'ok' ), array_values( array_unique( array_column( $findings, 'status' ) ) ), (string) json_encode( $findings, JSON_PRETTY_PRINT ) );
	}

	/** @dataProvider faults */
	public function test_the_cause_is_named( string $domain, string $check, string $status, string $words ): void {
		$this->map( $domain );
		list( , $findings ) = $this->doctor( $domain );
		$found              = array_column( $findings, null, 'check' );

		$this->assertSame( $status, $found[ $check ]['status'], (string) json_encode( $findings, JSON_PRETTY_PRINT ) );
		$this->assertStringContainsString( $words, $found[ $check ]['message'] );
		foreach ( $found as $name => $finding ) {
			if ( ! in_array( $name, array( $check, 'certificate' ), true ) ) {
				$this->assertContains( $finding['status'], array( 'ok', 'skipped' ), "$name: {$finding['message']}" );
			}
		}
	}

	/** @return array<string, array{string, string, string, string}> */
	public static function faults(): array {
		return array(
			'NXDOMAIN'             => array( 'nobody.example', 'dns', 'error', 'does not exist' ),
			'no address'           => array( 'empty.example', 'dns', 'error', 'has no address' ),
			'elsewhere'            => array( 'elsewhere.example', 'dns', 'error', '192.0.2.7' ),
			'partly propagated'    => array( 'moving.example', 'dns', 'warning', 'according to ns2.moving.example' ),
			'mixed addresses'      => array( 'mixed.example', 'dns', 'error', 'points to this network (' ),
			'stale AAAA'           => array( 'stale.example', 'dns', 'error', 'AAAA record points elsewhere (2606:4700::1234)' ),
			'CNAME to a dead name' => array( 'dead.example', 'dns', 'error', 'an alias (CNAME) of gone.example, which has no address' ),
			'CNAME in a loop'      => array( 'circle.example', 'dns', 'error', 'form a loop' ),
			'CAA'                  => array( 'caa.example', 'caa', 'error', 'allows only other-issuer.example to issue' ),
			'DNSSEC bogus'         => array( 'bogus.example', 'dns', 'error', 'signatures of bogus.example are not valid' ),
			'lame'                 => array( 'lame.example', 'dns', 'error', 'listed as a name server of lame.example' ),
			// Nothing listens there, and a proxy that does not answer decides nothing.
			'proxied'              => array( 'cloud.example', 'dns', 'warning', 'behind Cloudflare (104.16.0.1)' ),
		);
	}

	public function test_a_certificate_that_is_not_issued_is_missed_only_after_a_while(): void {
		$this->edge( array( 'deny' => array( 'healthy.example' ) ) );
		$this->map( 'healthy.example' );
		$this->run_due();
		$this->assertSame( 'warning', array_column( $this->doctor( 'healthy.example' )[1], 'status', 'check' )['certificate'] );

		$this->pass( 2 * self::HOUR );
		$this->run_due();
		list( $status, $findings ) = $this->doctor( 'healthy.example' );
		$this->assertSame( array( 'certificate' ), $this->errors( $findings ) );
		$this->assertSame( 1, $status );
	}

	/** @dataProvider certificates */
	public function test_what_is_wrong_with_a_certificate_is_named( string $serve, string $status, string $words ): void {
		$this->finish( 'healthy.example' );
		$this->edge( array( 'serve' => array( 'healthy.example' => $serve ) ) );

		$certificate = array_column( $this->doctor( 'healthy.example' )[1], null, 'check' )['certificate'];
		$this->assertSame( $status, $certificate['status'] );
		$this->assertStringContainsString( $words, $certificate['message'] );
	}

	/** @return array<string, array{string, string, string}> */
	public static function certificates(): array {
		return array(
			'absent'      => array( 'none', 'error', 'has no certificate for the domain yet' ),
			'untrusted'   => array( 'untrusted', 'error', 'not trust' ),
			'self-signed' => array( 'self-signed', 'error', 'It is self-signed' ),
			'expired'     => array( 'expired', 'error', 'has expired' ),
			'wrong host'  => array( 'foreign', 'error', 'for other names' ),
			'ending'      => array( 'ending', 'warning', 'is valid for' ),
		);
	}

	public function test_a_key_that_closte_refuses_is_named(): void {
		$this->finish( 'healthy.example' );
		$this->emulator->call( 'PUT', '/state', array( 'keys' => array( 'another-key' => array( 'domains' => array( 'healthy.example' ) ) ) ) );

		list( $status, $findings ) = $this->doctor( 'healthy.example' );
		$this->assertSame( array( 'connection' ), $this->errors( $findings ) );
		$this->assertStringContainsString( 'key', array_column( $findings, 'message', 'check' )['connection'] );
		$this->assertSame( 1, $status );
	}

	public function test_a_key_without_permission_is_named(): void {
		$this->finish( 'healthy.example' );
		$this->emulator->call( 'PUT', '/state', array( 'keys' => array( $this->env( 'key' ) => array( 'domains' => array( 'healthy.example' ), 'permission' => false ) ) ) );

		list( $status, $findings ) = $this->doctor( 'healthy.example' );
		$this->assertSame( array( 'connection' ), $this->errors( $findings ) );
		$this->assertStringContainsString( 'permission', array_column( $findings, 'message', 'check' )['connection'] );
		$this->assertSame( 1, $status );
	}

	public function test_a_domain_that_closte_does_not_have_is_named(): void {
		$this->finish( 'healthy.example' );
		$this->emulator->set_domains( array() );

		$this->assertContains( 'at-closte', $this->errors( $this->doctor( 'healthy.example' )[1] ) );
	}

	public function test_clocks_that_do_not_agree_are_named(): void {
		$this->finish( 'healthy.example' );
		$late = 'WP_CLI::add_wp_hook( "query", static fn( string $query ): string => "SELECT UNIX_TIMESTAMP()" === $query ? "$query - 3600" : $query );';

		list( $status, $findings ) = $this->doctor( 'healthy.example', "--exec=$late" );
		$this->assertSame( array( 'clock' ), array_keys( array_diff( array_column( $findings, 'status', 'check' ), array( 'ok' ) ) ) );
		$this->assertStringContainsString( '3600 seconds apart', array_column( $findings, 'message', 'check' )['clock'] );
		$this->assertSame( 0, $status );
	}

	public function test_an_api_that_is_down_is_named(): void {
		$this->finish( 'healthy.example' );
		$this->emulator->down( true );

		list( $status, $findings ) = $this->doctor( 'healthy.example' );
		$this->assertSame( array( 'connection' ), $this->errors( $findings ) );
		$this->assertSame( 1, $status );
	}

	public function test_a_cron_that_is_dead_is_named(): void {
		$this->finish( 'healthy.example' );
		$this->pass( DAY_IN_SECONDS + 2 * self::HOUR );

		list( $status, $findings ) = $this->doctor( 'healthy.example' );
		$this->assertSame( array( 'cron' ), $this->errors( $findings ) );
		$this->assertSame( 1, $status );
	}

	/**
	 * Runs the command as an admin does.
	 *
	 * @return array{int, list<array{check: string, status: string, message: string, advice: string}>} Exit status and findings.
	 */
	private function doctor( string $domain, string ...$options ): array {
		$command = new Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), ...$options, ...array( 'closte', 'doctor', $domain, '--format=json' ) ) );
		$status  = $command->wait();
		$this->assertSame( 1, preg_match( '/^\[.*\]/s', $command->output(), $json ), $command->output() );

		// No web server serves this network.
		$findings = json_decode( $json[0], true, 16, JSON_THROW_ON_ERROR );
		$findings = array_filter( $findings, static fn( array $finding ): bool => 'extension-elsewhere' !== $finding['check'] );

		return array( $status, array_values( $findings ) );
	}

	/**
	 * The checks that found an error.
	 *
	 * @param list<array{check: string, status: string}> $findings
	 * @return list<string>
	 */
	private function errors( array $findings ): array {
		return array_column( array_filter( $findings, static fn( array $finding ): bool => 'error' === $finding['status'] ), 'check' );
	}
}
