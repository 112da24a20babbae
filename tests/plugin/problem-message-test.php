<?php
/**
 * The sentences about what the extension found and what calls met.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Text\Error_Text;
use ClosteSync\Text\Name_Text;
use ClosteSync\Text\Problem_Message;
use PHPUnit\Framework\TestCase;

final class Problem_Message_Test extends TestCase {

	private const STUB = __DIR__ . '/../../php-stubs/closte-lifecycle.stub.php';

	private const TEXTS = __DIR__ . '/../../wp-plugin/closte-sync/inc/text/';

	private const A = array(
		'action' => 'set',
		'type'   => 'A',
		'name'   => 'shop.example.com',
		'value'  => '192.0.2.1',
	);

	/** A value of each name, as the extension gives them. */
	private const VALUES = array(
		'domain'        => 'shop.example.com',
		'addresses'     => array( '198.51.100.7', '2001:db8::7' ),
		'here'          => array( '192.0.2.1' ),
		'target'        => 'gone.example.net',
		'cnames'        => array( 'a.example', 'b.example' ),
		'at'            => 'example.com',
		'issuer'        => 'letsencrypt.org',
		'allowed'       => array( 'ca.example' ),
		'property'      => '',
		'reason'        => 'SERVFAIL',
		'servers'       => array( '9.9.9.9' ),
		'service'       => 'Cloudflare',
		'proof'         => 'failed',
		'origin'        => array( '192.0.2.1' ),
		'main'          => 'example.com',
		'sent'          => 0,
		'reasons'       => array( 'SERVFAIL' ),
		'accounts'      => array( 'https://ca.example/acct/1' ),
		'methods'       => array( 'dns-01' ),
		'missing'       => array( '9.9.9.9' ),
		'elsewhere'     => array( '8.8.8.8' ),
		'partial'       => array( '1.1.1.1' ),
		'authoritative' => 'here',
		'names'         => array( 'other.example' ),
		'error'         => 'Something in English.',
		'days'          => 3,
	);

	/** @dataProvider codes */
	public function test_each_code_has_a_sentence_of_the_plugin( string $code, string $severity ): void {
		$text = Problem_Message::of(
			array(
				'code'     => $code,
				'severity' => $severity,
				'message'  => 'THE EXTENSION SAYS SO.',
				'values'   => self::VALUES,
				'records'  => array( self::A ),
			)
		);

		$this->assertStringNotContainsString( 'THE EXTENSION', $text );
		$this->assertStringContainsString( 'example.com', $text );
		$this->assertDoesNotMatchRegularExpression( '/%|\(\)|  | \.|Something in English|\$s/', $text );
		$this->assertMatchesRegularExpression( '/^[A-Z0-9a-z].*[.1]$/s', $text );
	}

	/**
	 * @return iterable<string, array{string, string}> As the stub lists them.
	 */
	public static function codes(): iterable {
		preg_match_all( '/^ \*     ([a-z-]+) +(blocks|waits|note)(?: |$)/m', (string) file_get_contents( self::STUB ), $found, PREG_SET_ORDER );

		foreach ( $found as list( , $code, $severity ) ) {
			yield $code => array( $code, $severity );
		}
	}

	public function test_the_stub_lists_the_codes(): void {
		preg_match_all( '/^    \("([a-z-]+)", Severity::/m', (string) file_get_contents( __DIR__ . '/../../src/dns/problem_codes.rs' ), $found );

		$this->assertGreaterThan( 20, count( $found[1] ) );
		$this->assertSame( $found[1], array_keys( iterator_to_array( self::codes() ) ) );
	}

	/** A test of the extension has every code that it gives in the list ({@see test_the_stub_lists_the_codes}). */
	public function test_each_sentence_is_for_a_code_of_the_extension(): void {
		$said = array();

		foreach ( array( 'dns', 'caa', 'certificate' ) as $kind ) {
			$source = (string) file_get_contents( self::TEXTS . "class-problem-message-$kind.php" );
			$this->assertSame( 1, preg_match( '/match \( \$code \) \{\n(.+?)\n\t\t\};/s', $source, $arms ) );
			preg_match_all( "/^\t\t\t'([a-z-]+)' +=>/m", $arms[1], $found );
			$said = array( ...$said, ...$found[1] );
		}

		$this->assertEqualsCanonicalizing( array_keys( iterator_to_array( self::codes() ) ), $said );
	}

	public function test_a_sentence_names_what_is_wrong_and_what_to_set(): void {
		$this->assertSame(
			'shop.example.com points to 198.51.100.7, which is not an address of this network. At the DNS provider, replace the A records of shop.example.com with: shop.example.com A 192.0.2.1.',
			Problem_Message::of( self::problem( 'elsewhere', array( 'addresses' => array( '198.51.100.7' ) ), array( self::A ) ) )
		);
		$this->assertSame(
			'shop.example.com points to 198.51.100.7, which is not an address of this network.',
			Problem_Message::finding( self::problem( 'elsewhere', array( 'addresses' => array( '198.51.100.7' ) ), array( self::A ) ) )
		);
		$this->assertStringEndsWith(
			'At the DNS provider, set this record: shop.example.com A 192.0.2.1.',
			Problem_Message::of( self::problem( 'nxdomain', array(), array( self::A ) ) )
		);

		$delete = array( 'action' => 'delete', 'type' => 'AAAA', 'value' => '2001:db8::7' ) + self::A;
		$this->assertStringEndsWith(
			'At the DNS provider, delete this record: shop.example.com AAAA 2001:db8::7. Then set this record: shop.example.com A 192.0.2.1.',
			Problem_Message::of( self::problem( 'stale-aaaa', array( 'addresses' => array( '2001:db8::7' ) ), array( $delete, self::A ) ) )
		);
	}

	public function test_long_lists_are_cut(): void {
		$this->assertStringContainsString(
			'points to 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, and 2 more, which are not',
			Problem_Message::of( self::problem( 'elsewhere', array( 'addresses' => array_map( static fn( int $n ): string => "192.0.2.$n", range( 1, 6 ) ) ) ) )
		);
	}

	public function test_a_failed_lookup_names_who_said_what(): void {
		$this->assertStringStartsWith(
			'The DNS lookup for shop.example.com failed (SERVFAIL: 9.9.9.9 and 1.1.1.1; no answer in time: 8.8.8.8).',
			Problem_Message::of( self::problem( 'no-answer', array( 'servers' => array( '9.9.9.9', '8.8.8.8', '1.1.1.1' ), 'reasons' => array( 'SERVFAIL', 'timeout', 'SERVFAIL' ) ) ) )
		);
	}

	public function test_without_values_the_message_stands(): void {
		$this->assertSame( 'As it was.', Problem_Message::of( array( 'code' => 'elsewhere', 'message' => 'As it was.' ) ) );
		$this->assertSame( 'A new one.', Problem_Message::of( self::problem( 'something-new', array() ) + array( 'message' => '' ) ) );
		$this->assertSame( 'A new one.', Problem_Message::of( self::problem( 'partial-propagation', array( 'answers' => array( 'here (according to x)' ) ) ) ) );
	}

	/** @dataProvider reasons_of_names */
	public function test_each_reason_against_a_name_has_a_sentence( string $reason ): void {
		$text = (string) Name_Text::of( $reason, 'foo_bar', 'shop.example.com' );

		$this->assertNotSame( '', $text );
		$this->assertStringNotContainsString( '%', $text );
	}

	/**
	 * @return iterable<string, array{string}>
	 */
	public static function reasons_of_names(): iterable {
		preg_match_all( '/Self::\w+(?:\([^)]*\)| \{ \.\. \})? => "([a-z-]+)"/', (string) file_get_contents( __DIR__ . '/../../src/domain/rejection.rs' ), $found );

		foreach ( $found[1] as $reason ) {
			yield $reason => array( $reason );
		}
	}

	public function test_what_closte_said_is_quoted_and_the_rest_is_ours(): void {
		$this->assertSame(
			'Closte refused it: “Limit reached.” Check the domain at Closte, or ask Closte’s support.',
			Error_Text::of_call( 'a.example', false, 'rejected', 'refused', 'Adding a.example at Closte failed: Closte refused it: “Limit reached.”. Look.' )
		);
		$this->assertStringContainsString(
			'“Limit reached.” Check',
			Error_Text::of_call( 'a.example', false, 'rejected', 'refused', 'Adding a.example at Closte failed: Closte refused it: “Limit reached”. Look.' )
		);
		$this->assertSame(
			'a.example could not be removed from Closte. Closte is not available at the moment.',
			Error_Text::of_call( 'a.example', true, 'transient', 'unavailable', 'Removing a.example at Closte failed: x.example is not available.' )
		);
		$this->assertSame( 'In its words.', Error_Text::of_call( 'a.example', true, 'transient', 'something-new', 'In its words.' ) );
		$this->assertSame( '', Error_Text::of_call( 'a.example', true, '', '', '' ) );
	}

	/** @dataProvider reasons_of_calls */
	public function test_each_way_in_which_a_call_fails_has_a_sentence( string $kind, string $reason ): void {
		$this->assertStringNotContainsString( 'RAW', Error_Text::of_call( 'a.example', false, $kind, $reason, 'RAW “said”.' ) );
	}

	/**
	 * @return iterable<string, array{string, string}> Those that the extension's code for calls names.
	 */
	public static function reasons_of_calls(): iterable {
		$code = (string) file_get_contents( __DIR__ . '/../../src/api/errors.rs' );

		preg_match_all( '/^ +(?:_ => \(|\d+ => \(|\(?)"([a-z]+(?:-[a-z]+)*)",(?: |$)/m', $code, $found );

		foreach ( array_unique( $found[1] ) as $reason ) {
			yield $reason => array( in_array( $reason, array( 'answer-too-big', 'redirect', 'bad-answer' ), true ) ? 'protocol' : 'transient', $reason );
		}
	}

	/**
	 * @param array<string, mixed>       $values
	 * @param list<array<string, string>> $records
	 * @return array<string, mixed>
	 */
	private static function problem( string $code, array $values, array $records = array() ): array {
		return array(
			'code'     => $code,
			'severity' => 'blocks',
			'message'  => 'A new one.',
			'values'   => $values + array( 'domain' => 'shop.example.com' ),
			'records'  => $records,
		);
	}
}
