<?php
/**
 * Tests of `wp closte check`, `watch` and `doctor`, with real DNS, ACME and TLS.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** `wp closte check`, `watch` and `doctor`. */
final class Dns_And_Certificates_Test extends Cli_Test_Case {

	private const DOMAIN = 'shop.customer.test';

	private static ?Emulator_Stack $stack = null;

	public static function tearDownAfterClass(): void {
		self::$stack?->stop();
		self::$stack = null;
	}

	protected function setUp(): void {
		self::$stack ??= new Emulator_Stack( json_decode( (string) file_get_contents( (string) getenv( 'CLOSTE_ENV' ) ), true, 16, JSON_THROW_ON_ERROR ) );
		parent::setUp();
		$this->emulator = self::$stack->emulator;
		$this->emulator->clear();
		$here = self::$stack->address();
		$this->succeed( 'eval', "ClosteSync\\Settings\\Settings::load()->with( array( 'check_interval' => 10, 'targets' => array( '$here' ), 'www' => 'never' ) )->save();" );
		self::$stack->dns( self::DOMAIN, array() );
		self::$stack->delay_certificates( 0 );
	}

	public function test_watch_follows_a_domain_to_done_and_all_commands_agree(): void {
		self::$stack->dns( self::DOMAIN, array( 'a' => array( self::$stack->address() ) ) );
		self::$stack->delay_certificates( 5 );
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );

		$watched = $this->succeed( 'closte', 'watch', self::DOMAIN, '--timeout=300' );
		self::assertMatchesRegularExpression( '/^\d\d:\d\d:\d\d ' . self::DOMAIN . ': Waiting \(checking-ssl-cert\)/m', $watched->stdout );
		self::assertMatchesRegularExpression( '/^\d\d:\d\d:\d\d ' . self::DOMAIN . ': Working \(done\)$/m', $watched->stdout );
		self::assertStringContainsString( 'Success: All followed domains are working.', $watched->stdout );

		$checked = $this->succeed( 'closte', 'check', self::DOMAIN, '--format=json' )->json();
		self::assertSame( 'here', $checked[0]['dns']['state'] );
		self::assertSame( 'valid', $checked[0]['certificate']['state'] );
		self::assertContains( self::DOMAIN, $checked[0]['certificate']['names'] );
		$row = $this->succeed( 'closte', 'check', self::DOMAIN, '--format=csv', '--fields=domain,dns,certificate,problems' );
		self::assertSame( "domain,dns,certificate,problems\n" . self::DOMAIN . ",here,valid,\n", $row->stdout );

		$findings = $this->findings( $this->succeed( 'closte', 'doctor', self::DOMAIN, '--format=json' ) );
		self::assertNotContains( 'error', $findings );
		self::assertNotContains( 'warning', $findings );
		foreach ( array( 'extension', 'key', 'connection', 'integration', 'targets', 'cron', 'state', 'ledger', 'at-closte', 'dns', 'caa', 'certificate' ) as $check ) {
			self::assertSame( 'ok', $findings[ $check ], $check );
		}
		self::assertStringContainsString( 'Success: No problems found.', $this->succeed( 'closte', 'doctor', self::DOMAIN )->stdout );
	}

	public function test_watch_says_why_a_domain_does_not_get_on(): void {
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );

		$result = $this->closte( 'watch', self::DOMAIN, '--timeout=1' );

		self::assert_failed( 'The time is up', $result );
		self::assertMatchesRegularExpression( '/' . self::DOMAIN . ': [\w ]+ \(checking-dns\)\. ' . self::DOMAIN . ' (does not exist in DNS|exists in DNS but has no address)\./', $result->stdout );
	}

	public function test_watch_of_everything_ends_when_all_is_done(): void {
		self::$stack->dns( self::DOMAIN, array( 'a' => array( self::$stack->address() ) ) );
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );
		$this->succeed( 'closte', 'watch', '--timeout=300' );

		self::assertSame( "done\n", $this->succeed( 'closte', 'domain', 'get', self::DOMAIN, '--field=stage' )->stdout );
		self::assertSame( "Success: No domains are left to follow.\n", $this->succeed( 'closte', 'watch' )->stdout );
	}

	public function test_watch_of_the_unknown_and_of_a_wrong_timeout(): void {
		self::assert_failed( 'nobody.example is not in the list of domains.', $this->closte( 'watch', 'nobody.example' ) );
		self::assert_failed( 'Invalid value for --timeout: "soon".', $this->closte( 'watch', '--timeout=soon' ) );
	}

	/**
	 * @dataProvider faults
	 * @param array<string, mixed> $records  DNS records.
	 * @param string               $serve    What the edge serves, or ''.
	 * @param string               $check    The check that must find it.
	 * @param string               $words    What it must say.
	 */
	public function test_doctor_names_the_cause( array $records, string $serve, string $check, string $words ): void {
		self::$stack->dns( self::DOMAIN, array( 'a' => array( self::$stack->address() ) ) );
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );
		$this->succeed( 'closte', 'watch', self::DOMAIN, '--timeout=300' );
		self::$stack->dns( self::DOMAIN, $records + array( 'a' => array( self::$stack->address() ) ) );
		if ( '' !== $serve ) {
			self::$stack->serve( self::DOMAIN, $serve );
		}

		$doctor = $this->closte( 'doctor', self::DOMAIN, '--format=json' );

		self::assertSame( 1, $doctor->status, $doctor->stdout );
		$wrong = array_filter( $this->findings( $doctor ), static fn( string $status ): bool => 'error' === $status );
		self::assertSame( array( $check => 'error' ), $wrong );
		self::assertStringContainsString( $words, (string) json_encode( $doctor->json(), JSON_UNESCAPED_UNICODE ) );
		self::assertStringContainsString( 'Error: 1 error found.', $doctor->stderr );
	}

	/**
	 * @return array<string, array{array<string, mixed>, string, string, string}>
	 */
	public static function faults(): array {
		return array(
			'no address'        => array( array( 'a' => array() ), '', 'dns', 'has no address' ),
			'elsewhere'         => array( array( 'a' => array( '192.0.2.7' ) ), '', 'dns', 'points to 192.0.2.7, which is not an address of this network' ),
			'stale AAAA'        => array( array( 'aaaa' => array( '2001:db8::7' ) ), '', 'dns', 'AAAA record points elsewhere' ),
			'mixed addresses'   => array( array( 'a' => array( '127.0.0.1', '192.0.2.7' ) ), '', 'dns', 'points to this network (' ),
			'CAA'               => array( array( 'caa' => array( 'other-issuer.example' ) ), '', 'caa', 'allows only other-issuer.example to issue a certificate' ),
			'expired'           => array( array(), 'expired', 'certificate', 'has expired' ),
			'self-signed'       => array( array(), 'self-signed', 'certificate', 'It is self-signed' ),
			'foreign'           => array( array(), 'foreign', 'certificate', 'for other names' ),
			'untrusted'         => array( array(), 'untrusted', 'certificate', 'is not trusted by this system' ),
			'TLS is refused'    => array( array(), 'none', 'certificate', 'has no certificate for the domain yet' ),
		);
	}

	public function test_doctor_warns_of_a_certificate_that_ends_soon(): void {
		self::$stack->dns( self::DOMAIN, array( 'a' => array( self::$stack->address() ) ) );
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );
		$this->succeed( 'closte', 'watch', self::DOMAIN, '--timeout=300' );
		self::$stack->serve( self::DOMAIN, 'ending' );

		$findings = $this->findings( $this->succeed( 'closte', 'doctor', self::DOMAIN, '--format=json' ) );

		self::assertSame( 'warning', $findings['certificate'] );
	}

	public function test_doctor_finds_a_domain_that_someone_removed_at_closte(): void {
		self::$stack->dns( self::DOMAIN, array( 'a' => array( self::$stack->address() ) ) );
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );
		$this->emulator->set_domains( array() );

		$doctor = $this->closte( 'doctor', self::DOMAIN );

		self::assertSame( 1, $doctor->status );
		self::assertStringContainsString( 'error    At Closte: Closte does not have ' . self::DOMAIN, $doctor->stdout );
		self::assertStringContainsString( 'hint: To send it, run:', $doctor->stdout );
	}

	public function test_doctor_without_a_connection_still_looks_at_the_domain(): void {
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );
		$this->emulator->down( true );

		$findings = $this->findings( $this->closte( 'doctor', self::DOMAIN, '--format=json' ) );

		self::assertSame( 'error', $findings['connection'] );
		self::assertArrayNotHasKey( 'at-closte', $findings );
		self::assertSame( 'error', $findings['dns'] );
	}

	public function test_doctor_of_what_is_no_domain(): void {
		$doctor = $this->closte( 'doctor', 'no_such.example' );

		self::assertSame( 1, $doctor->status );
		self::assertStringContainsString( 'error    Domain name: ', $doctor->stdout );
	}

	public function test_doctor_of_the_network(): void {
		$findings = $this->findings( $this->succeed( 'closte', 'doctor', '--format=json' ) );

		self::assertSame( array( 'extension', 'extension-elsewhere', 'key', 'connection', 'integration', 'database', 'clock', 'targets', 'cron', 'state', 'failed', 'moved-away', 'certificates' ), array_keys( $findings ) );
	}

	public function test_doctor_names_what_is_missing(): void {
		$this->succeed( 'closte', 'disable' );
		$off = $this->closte( 'doctor' );
		self::assertSame( 1, $off->status );
		self::assertStringContainsString( 'error    Integration: The integration is off', $off->stdout );

		$no_key = $this->wp( '--exec=define( "CLOSTE_CLIENT_API_KEY", "" );', 'closte', 'doctor' );
		self::assertSame( 1, $no_key->status );
		self::assertStringContainsString( 'error    API key: There is no API key.', $no_key->stdout );

		$no_extension = $this->closte_without_extension( 'doctor', self::DOMAIN );
		self::assertSame( 1, $no_extension->status );
		self::assertStringContainsString( 'error    PHP extension: The PHP extension "closte" is not loaded.', $no_extension->stdout );
		self::assertStringContainsString( 'has no file closte.so in ' . ini_get( 'extension_dir' ), $no_extension->stdout );
		self::assertMatchesRegularExpression( '/^ +hint: .+\n {11}\S+/m', $no_extension->stdout );
	}

	public function test_doctor_notices_that_nobody_starts_the_runs(): void {
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET next_check_at = next_check_at - 7200" );' );

		$doctor = $this->closte( 'doctor' );

		self::assertStringContainsString( 'error    Background processing: Background processing is not running', $doctor->stdout );
		self::assertStringContainsString( 'DISABLE_WP_CRON', $doctor->stdout );
	}

	public function test_check_of_a_domain_that_points_elsewhere(): void {
		self::$stack->dns( self::DOMAIN, array( 'a' => array( '192.0.2.7' ) ) );

		$result = $this->closte( 'check', self::DOMAIN, 'no_such.example' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( self::DOMAIN . "\t\telsewhere\t192.0.2.7", $result->stdout );
		self::assertStringContainsString( 'Warning: ' . self::DOMAIN . ' points to 192.0.2.7', $result->stderr );
		self::assertStringContainsString( 'no_such.example', $result->stderr );
		self::assertSame( array(), $this->emulator->journal() );
	}

	/**
	 * Check => status.
	 *
	 * @param Cli_Result $result What `doctor --format=json` did.
	 * @return array<string, string>
	 */
	private function findings( Cli_Result $result ): array {
		return array_column( $result->json(), 'status', 'check' );
	}
}
