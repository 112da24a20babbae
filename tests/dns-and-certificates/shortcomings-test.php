<?php
/**
 * Where a once-and-for-all look at DNS and certificates falls short.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Diagnosis\Advice;

/**
 * Lines 9 and 10 of the list of what the built-in integration of Ultimate Multisite gets wrong: a certificate is asked
 * for once, before DNS was looked at, and its failure is not logged; DNS has 25 minutes, and any record that mentions
 * the network counts as right.
 */
final class Shortcomings_Test extends Dns_And_Certificates_Test_Case {

	private const DOMAIN = 'shop.customer.example';

	public function test_line_09_the_certificate_is_asked_for_when_dns_is_right_and_again_each_hour(): void {
		$this->edge( array( 'delay_ms' => 86_400_000 ) );
		$this->map( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_due();
		$this->pass( 5 * self::HOUR );
		$this->run_due();
		$this->assert_stage( 'checking-dns', self::DOMAIN );
		$this->assertSame( 1, $this->additions( self::DOMAIN ), 'nothing is asked for while DNS is wrong' );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assertSame( 2, $this->additions( self::DOMAIN ), 'what was sent before DNS was right is sent again' );

		foreach ( array( 3, 4, 5, 6 ) as $additions ) {
			$this->pass( self::HOUR + 60 );
			$this->run_due();
			$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
			$this->assertSame( $additions, $this->additions( self::DOMAIN ) );
		}

		$this->edge();
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assertSame( 6, $this->additions( self::DOMAIN ), 'a certificate that is there is not asked for' );
	}

	public function test_line_09_each_failure_to_ask_is_recorded_with_its_reason_and_the_next_hour_asks_again(): void {
		$this->edge( array( 'deny' => array( self::DOMAIN ) ) );
		$this->map( self::DOMAIN );
		$this->run_due();
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );

		foreach ( self::refusals() as list( $fault, $kind, $reason, $words, $shown ) ) {
			$before = count( $this->emulator->journal() );
			$this->emulator->fault( $fault );
			$this->pass( self::HOUR + 60 );
			$this->run_due();

			$row = $this->row( self::DOMAIN );
			$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
			$this->assertGreaterThan( $before, count( $this->emulator->journal() ) );
			$this->assertSame( array( $kind, $reason ), array( $row->error_kind, $row->error_reason ) );
			$this->assertStringContainsString( $words, $row->error_message );
			$this->assertStringContainsString( $shown, Advice::of( $row )->wrong, 'it is shown too' );
			$this->assertSame( 'certificate-' . $row->certificate_state, $this->problems( self::DOMAIN )[0] );
		}

		// Where a request may have done its work in spite of all, the first answer is that of the list.
		$before = $this->additions( self::DOMAIN );
		$this->emulator->fault();
		foreach ( array( 0, 1, 2 ) as $additions ) {
			$this->pass( self::HOUR + 60 );
			$this->run_due();
			$this->assertSame( $before + $additions, $this->additions( self::DOMAIN ) );
			$this->assertSame( '', $this->row( self::DOMAIN )->error_kind );
		}

		$this->edge();
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
	}

	/**
	 * What Closte answers, and what is recorded of it: kind, reason, words of the message, and words that are shown.
	 *
	 * @return list<array{array<string, mixed>, string, string, string, string}>
	 */
	private static function refusals(): array {
		return array(
			array( array( 'kind' => '503' ), 'transient', 'unavailable', 'is not available for now', 'is not available at the moment' ),
			array( array( 'kind' => 'html' ), 'protocol', 'bad-answer', 'a web page', 'is not what Closte’s API sends' ),
			array( array( 'kind' => '401' ), 'auth', 'key-refused', 'did not accept the API key', 'did not accept the API key' ),
			array( array( 'kind' => 'reset-before' ), 'transient', 'connection-broken', 'broke before the answer', 'broke before the answer' ),
		);
	}

	/**
	 * @dataProvider bad_certificates
	 */
	public function test_line_09_what_was_wrong_with_the_certificate_is_recorded_at_each_look( string $serve, string $state, string $words ): void {
		$this->edge( array( 'deny' => array( self::DOMAIN ), 'serve' => array( self::DOMAIN => $serve ) ) );
		$this->map( self::DOMAIN );

		foreach ( array( 'checking-ssl-cert', 'checking-ssl-cert', 'ssl-failed' ) as $looks => $stage ) {
			$this->run_due();
			$row = $this->row( self::DOMAIN );
			$this->assert_stage( $stage, self::DOMAIN );
			$this->assertSame( $state, $row->certificate_state );
			$this->assertEqualsWithDelta( $row->updated_at, $row->certificate_checked_at, self::SLACK );
			$this->assertStringContainsString( $words, $row->problems[0]['message'] );
			$this->pass( 0 === $looks ? 10 : 24 * self::HOUR );
		}
		$this->assertContains( 'failed ' . self::DOMAIN, $this->heard );
	}

	/** @return array<string, array{string, string, string}> */
	public static function bad_certificates(): array {
		return array(
			'none'        => array( 'none', 'absent', 'No certificate is served' ),
			'expired'     => array( 'expired', 'expired', 'has expired' ),
			'self-signed' => array( 'self-signed', 'self-signed', 'self-signed certificate' ),
			'wrong names' => array( 'foreign', 'wrong-host', 'for other names' ),
			'untrusted'   => array( 'untrusted', 'untrusted', 'Browsers do not trust' ),
		);
	}

	public function test_line_10_dns_has_72_hours_with_backoff_and_late_dns_still_ends_done(): void {
		$this->map( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_due();

		for ( $age = 0, $waits = array(); $age < 72 * self::HOUR - 60; $age += $wait ) {
			$this->assert_stage( 'checking-dns', self::DOMAIN );
			$waits[] = max( 1, $this->row( self::DOMAIN )->next_check_at - time() );
			// An hour of looks every ten seconds is one look.
			$wait = $age < self::HOUR ? self::HOUR : end( $waits );
			$this->pass( $wait );
			$this->run_due();
		}
		$this->assertEqualsWithDelta( 10, $waits[0], 2 );
		$this->assertGreaterThan( 70, count( $waits ) );
		$this->assertLessThanOrEqual( self::HOUR, max( $waits ) );
		$doubling = array_slice( $waits, 1, 6 );
		for ( $i = 1; $i < count( $doubling ); $i++ ) {
			$this->assertGreaterThan( 1.5 * $doubling[ $i - 1 ], $doubling[ $i ], implode( ', ', $doubling ) );
		}

		if ( 'checking-dns' === $this->stage( self::DOMAIN ) ) {
			$this->run_when_due( self::DOMAIN );
		}
		$this->assert_stage( 'failed', self::DOMAIN );
		for ( $days = 0; $days < 3; $days++ ) {
			$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );
			$this->run_when_due( self::DOMAIN );
			$this->assert_stage( 'failed', self::DOMAIN );
		}

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assertContains( 'done ' . self::DOMAIN, $this->heard );
	}

	/**
	 * @dataProvider mentions
	 * @param array<string, mixed> $records
	 */
	public function test_line_10_a_record_that_only_mentions_the_network_does_not_count_as_right( array $records, string $state ): void {
		$this->dns->set( 'network.example.elsewhere.example', array( 'a' => array( self::ELSEWHERE ) ) );
		$this->map( self::DOMAIN, $records );
		$this->run_due();

		$this->assert_stage( 'checking-dns', self::DOMAIN );
		$this->assertSame( $state, $this->row( self::DOMAIN )->dns_state );
		$this->assertSame( '', $this->row( self::DOMAIN )->certificate_state );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->run_when_due( self::DOMAIN );
		$this->assertSame( 'here', $this->row( self::DOMAIN )->dns_state );
	}

	/** @return array<string, array{array<string, mixed>, string}> */
	public static function mentions(): array {
		$text = array( 'v=spf1 a:network.example ip4:127.0.0.1 -all', 'network.example', '127.0.0.1' );

		return array(
			'TXT records and no address'            => array( array( 'txt' => $text ), 'missing' ),
			'TXT records beside another address'    => array( array( 'txt' => $text, 'a' => array( self::ELSEWHERE ) ), 'elsewhere' ),
			'a CAA record'                          => array( array( 'caa' => 'network.example', 'a' => array( self::ELSEWHERE ) ), 'elsewhere' ),
			'an address that begins like ours'      => array( array( 'a' => array( '127.0.0.10' ) ), 'elsewhere' ),
			'an address that ends like ours'        => array( array( 'a' => array( '192.127.0.1' ) ), 'elsewhere' ),
			'an IPv6 address with ours in it'       => array( array( 'aaaa' => array( '2001:db8::127.0.0.1' ) ), 'elsewhere' ),
			'an alias of a name that has ours in it' => array( array( 'cname' => 'network.example.elsewhere.example' ), 'elsewhere' ),
			'an alias of no name, with ours in it'  => array( array( 'cname' => 'network.example.nowhere.example' ), 'missing' ),
		);
	}

	/**
	 * @dataProvider mentions_of_other_types
	 */
	public function test_line_10_nor_does_a_record_of_any_other_type( string $domain, string $state ): void {
		if ( '' === (string) getenv( 'PROXY_ADDRESS' ) ) {
			$this->markTestSkipped( 'This system does not let us have a network of our own.' );
		}
		$servers = new Dns_Servers();
		try {
			$this->set( array( 'resolvers' => array( $servers->resolver ) ) );
			$this->map( $domain );
			$this->run_due();
			$this->assert_stage( 'checking-dns', $domain );
			$this->assertSame( $state, $this->row( $domain )->dns_state );
		} finally {
			$servers->stop();
		}
	}

	/** @return array<string, array{string, string}> */
	public static function mentions_of_other_types(): array {
		return array(
			'without an address'   => array( 'mentions.example', 'missing' ),
			'with another address' => array( 'mentions-too.example', 'elsewhere' ),
		);
	}
}
