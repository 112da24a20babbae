<?php
/**
 * Hostile input.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_Actions;
use ClosteSync\Admin\Domains\Domains_List_Table;
use ClosteSync\Admin\Domains\Domains_Query;
use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Notices;
use ClosteSync\Admin\Pages;
use ClosteSync\Diagnosis\Site_Health;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sources\Mercator\Mercator;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;

require_once __DIR__ . '/class-screens-test-case.php';

/** Domain fields come from customers, and answers from a server that may be anyone: neither is trusted. */
final class Hostile_Test extends Screens_Test_Case {

	/** What no page, log or terminal may get: control characters, bidi controls, what has no width, bytes that are no text. */
	private const UNSEEN = '/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}\x{ad}\x{61c}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}]/u';

	private const TEN_MEGABYTES = 10_000_000;

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
	}

	/** @return array<string, array{string}> */
	public static function names(): array {
		$names = array(
			'a header line'         => "shop.example\r\nX-Injected: 1",
			'a line feed'           => "shop.example\nother.example",
			'form fields'           => 'shop.example&wildcard=1&apikey=another',
			'encoded form fields'   => 'shop.example%26wildcard%3D1',
			'an encoded NUL'        => 'shop.example%00.evil.example',
			'a NUL'                 => "shop.example\0.evil.example",
			'an encoded line'       => 'shop.example%0d%0aSet-Cookie:%20a=b',
			'a request'             => "shop.example HTTP/1.1\r\nHost: evil.example\r\n\r\nGET / HTTP/1.1",
			'HTML'                  => '<script>alert(1)</script>.example',
			'an attribute'          => '"onmouseover="alert(1)".example',
			'another attribute'     => "'onfocus='alert(1)' autofocus='.example",
			'a terminal sequence'   => "\e[2J\e]0;owned\x07shop.example",
			'one of eight bits'     => "\u{9b}31mshop.example",
			'a right-to-left mark'  => "shop\u{202e}elpmaxe.example",
			'an isolate'            => "\u{2066}shop\u{2069}.example",
			'a joiner'              => "sh\u{200d}op.example",
			'private use'           => "sh\u{e000}op.example",
			'an option'             => '--exec=phpinfo();',
			'a short option'        => '-rf',
			'a command'             => '$(reboot).example',
			'SQL'                   => "x'); DROP TABLE wp_blogs; --",
			'a path'                => '../../etc/passwd',
			'a formula'             => '=cmd|"/c calc"!A1',
			'an address'            => 'http://user:password@shop.example:8080/path?query#fragment',
			'an IP address'         => '169.254.169.254',
			'bytes that are no text' => "shop\xff\xfe\xc0\x80.example",
			'combining characters'  => 'a' . str_repeat( "\u{301}", 200 ) . '.example',
			'serialised PHP'        => 'O:8:"stdClass":0:{}',
		);

		return array_map( static fn( string $name ): array => array( $name ), $names );
	}

	/** @dataProvider names */
	public function test_no_hostile_name_is_sent_wherever_it_comes_from( string $name ): void {
		foreach ( array( Row_Source::CORE, Ultimate_Multisite::ID, Mercator::ID, Row_Source::WWW, Row_Source::MANUAL ) as $source ) {
			$this->plugin->sync()->domain_added( $name, 0, $source );
		}
		do_action( 'wu_domain_added', $name, 1 );
		do_action( 'mercator.mapping.created', self::mapping( $name ) );
		$this->plugin->sync()->domain_removed( $name, 0, Row_Source::MANUAL );
		do_action( 'mercator.mapping.deleted', self::mapping( $name ) );
		$id = wp_insert_site( array( 'domain' => $name, 'path' => '/', 'network_id' => get_current_network_id(), 'user_id' => 1, 'title' => $name ) );
		if ( ! is_wp_error( $id ) ) {
			wp_update_site( $id, array( 'domain' => "x$name" ) );
			wp_delete_site( $id );
		}
		$this->run_due();
		$this->plugin->reconciler()->apply( $this->plugin->reconciler()->plan( true, true ) );

		foreach ( $this->emulator->journal() as $call ) {
			$this->assertSame( array(), $call['violations'], (string) json_encode( $call ) );
			if ( ! str_ends_with( $call['path'], '/getdomains' ) ) {
				$this->assertSame( array( 'apikey', 'domain', 'wildcard' ), $call['param_order'] );
				$this->assertMatchesRegularExpression( '/^((\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$/', $call['params']['domain'] );
			}
		}
	}

	/** @dataProvider names */
	public function test_a_hostile_name_is_shown_as_text_and_nothing_of_it_stays_unseen( string $name ): void {
		$this->plugin->sync()->domain_added( $name, 0, Row_Source::MANUAL );
		$row = iterator_to_array( $this->plugin->ledger()->all(), false )[0];
		$this->assertSame( 'failed', $row->stage->value );

		foreach ( array( Domains_Actions::CHECK, Domains_Actions::REMOVE ) as $action ) {
			( new Domains_Actions( $this->plugin ) )->run( $action, array( $row ) );
			$this->assert_harmless( $this->printed( Flash::show( ... ) ) );
			$this->plugin->sync()->domain_added( $name, 0, Row_Source::MANUAL );
		}
		$this->assert_harmless( $this->screens() );
	}

	/** @return array<string, array{string}> */
	public static function answers(): array {
		return array_intersect_key( self::names(), array_flip( array( 'a header line', 'HTML', 'an attribute', 'a terminal sequence', 'one of eight bits', 'a right-to-left mark', 'an isolate' ) ) );
	}

	/** @dataProvider answers */
	public function test_whatever_closte_says_is_shown_as_text( string $text ): void {
		$faults = array(
			array( 'kind' => 'reject', 'text' => $text ),
			array( 'kind' => '401', 'text' => (string) json_encode( array( 'success' => false, 'error' => $text ), JSON_INVALID_UTF8_SUBSTITUTE ) ),
			array( 'kind' => '404', 'text' => "<title>$text</title>" ),
			array( 'kind' => '200', 'text' => $text ),
		);
		foreach ( $faults as $n => $fault ) {
			$this->emulator->fault( array_map( static fn( string $value ): string => mb_scrub( $value ), $fault ) );
			$this->next_request();
			$this->plugin->sync()->domain_added( "shop-$n.example", 0, Row_Source::MANUAL );
			$this->assertNotSame( '', $this->row( "shop-$n.example" )->error_message . ( $this->plugin->circuit_breaker()->failure()['message'] ?? '' ) );
			( new Domains_Actions( $this->plugin ) )->run( Domains_Actions::CHECK, array( $this->row( "shop-$n.example" ) ) );
			$this->assert_harmless( $this->printed( Flash::show( ... ) ) . $this->screens() );
			$this->assertDoesNotMatchRegularExpression( self::UNSEEN, $this->row( "shop-$n.example" )->error_message );
		}
	}

	public function test_whatever_closte_lists_is_shown_as_text_and_never_taken_for_ours(): void {
		$names = array_merge( ...array_values( self::names() ) );
		$this->emulator->set_domains( array_map( static fn( string $name ): string => mb_scrub( $name ), $names ) );
		$this->create_site( 'shop' );
		$this->plugin->reconciler()->apply( $this->plugin->reconciler()->plan( true, true ) );

		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
		foreach ( $this->plugin->extension()->client()->domains() as $domain ) {
			$this->assertMatchesRegularExpression( '/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/', $domain->domain );
		}
		$this->assert_harmless( $this->screens() );
	}

	public function test_zero_width_characters_make_no_second_domain(): void {
		$this->plugin->sync()->domain_added( "cust\u{200b}omer\u{feff}.exam\u{ad}ple\u{2060}", 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_added( 'customer.example', 0, Row_Source::MANUAL );

		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		$this->assertSame( 2, $this->plugin->ledger_search()->count() );
	}

	/**
	 * @dataProvider homographs
	 */
	public function test_a_name_that_looks_like_another_has_its_a_label_beside_it_everywhere( string $name, string $a_label ): void {
		$this->plugin->sync()->domain_added( $name, 0, Row_Source::MANUAL );
		$row = $this->row( $a_label );
		$this->assertNotNull( $row );
		$this->wpdb->query( $this->wpdb->prepare( "UPDATE %i SET stage = 'failed'", $this->wpdb->base_prefix . 'closte_sync_domains' ) );

		$texts = array(
			'table'        => $this->table(),
			'confirmation' => $this->confirmation( $row->id ),
			'flash'        => $this->flash_of( $a_label ),
			'health'       => $this->health(),
		);
		foreach ( $texts as $place => $html ) {
			$text = html_entity_decode( wp_strip_all_tags( $html ) );
			$this->assertMatchesRegularExpression( '/(?<!www\.)' . preg_quote( $name, '/' ) . '\W{0,3}' . preg_quote( $a_label, '/' ) . '/', $text, $place );
		}
	}

	/** @return array<string, array{string, string}> */
	public static function homographs(): array {
		return array(
			'Cyrillic alone'        => array( 'аррӏе.example', 'xn--80ak6aa92e.example' ),
			'Cyrillic in Latin'     => array( 'раypal.example', 'xn--ypal-43d9g.example' ),
			'Greek in Latin'        => array( 'οffice.example', 'xn--ffice-qce.example' ),
			'one label of three'    => array( 'login.bаnk.example', 'login.xn--bnk-6cd.example' ),
			'Latin with a dot less' => array( 'lınux.example', 'xn--lnux-lza.example' ),
		);
	}

	/**
	 * @dataProvider entries
	 */
	public function test_ten_megabytes_harm_no_entry( callable $enter ): void {
		$begun = self::processor_seconds();
		memory_reset_peak_usage();
		$before = memory_get_usage();
		$enter( $this, str_repeat( 'a', self::TEN_MEGABYTES ) );
		$this->assertLessThan( 20 * self::TEN_MEGABYTES, memory_get_peak_usage() - $before );
		$this->assertLessThan( 15.0, self::processor_seconds() - $begun );

		foreach ( $this->plugin->ledger()->all() as $row ) {
			$this->assertLessThanOrEqual( 255, strlen( $row->domain ) );
			$this->assertLessThanOrEqual( 2000, strlen( $row->error_message ) );
		}
		foreach ( $this->emulator->journal() as $call ) {
			$this->assertSame( '', $call['params']['domain'] ?? '' );
		}
		$this->assertLessThan( 500_000, strlen( $this->screens() ) );
	}

	/** @return array<string, array{callable(self, string): mixed}> */
	public static function entries(): array {
		$posted = static fn( string $route, string $field ): callable => static fn( self $test, string $much ) => $test->call_rest( $route, array( $field => $much ) );

		return array(
			'an event'              => array( static fn( self $test, string $much ) => $test->plugin->sync()->domain_added( "$much.example", 0, Ultimate_Multisite::ID ) ),
			'a loss'                => array( static fn( self $test, string $much ) => $test->plugin->sync()->domain_removed( "$much.example", 0, Row_Source::MANUAL ) ),
			'a name by hand'        => array( static fn( self $test, string $much ) => $test->plugin->sync()->domain_added( str_replace( 'a', 'a.', $much ) . 'example', 0, Row_Source::MANUAL ) ),
			'a mapping'             => array( static fn( self $test, string $much ) => do_action( 'mercator.mapping.created', self::mapping( $much ) ) ),
			'a record'              => array( static fn( self $test, string $much ) => do_action( 'wu_transition_domain_domain', 'new', $much, 1 ) ),
			'a new site'            => array( static fn( self $test, string $much ) => wp_insert_site( array( 'domain' => "$much.example", 'path' => '/', 'network_id' => 1, 'user_id' => 1 ) ) ),
			'the path of a site'    => array( static fn( self $test, string $much ) => wp_insert_site( array( 'domain' => $test->env( 'domain' ), 'path' => "/$much/", 'network_id' => 1, 'user_id' => 1 ) ) ),
			'what is searched for'  => array( static fn( self $test, string $much ) => $test->table( array( 's' => $much ) ) ),
			'a column to sort by'   => array( static fn( self $test, string $much ) => $test->table( array( 'orderby' => $much, 'stage' => $much ) ) ),
			'the address of a poll' => array( $posted( 'poll', 'url' ) ),
			'the rows of a poll'    => array( $posted( 'poll', 'ids' ) ),
			'a notice'              => array( static fn( self $test, string $much ) => $test->submit( 'network_admin_edit_closte-sync-dismiss', array( '_wpnonce' => wp_create_nonce( 'closte-sync-dismiss' ), 'notice' => $much ) ) ),
			'whether it goes on'    => array( $posted( 'sync', 'continue' ) ),
		);
	}

	public function test_a_log_gets_one_line_for_one_event(): void {
		$log    = tempnam( sys_get_temp_dir(), 'closte-log-' );
		$before = ini_set( 'error_log', $log );
		add_action(
			'closte_sync_domain_failed',
			static function ( string $domain ): void {
				throw new \LogicException( "About $domain" );
			}
		);
		try {
			$this->plugin->sync()->domain_added( "shop.example\n[23-Nov-2026 00:00:00 UTC] PHP Fatal error:  forged\e[31m", 0, Row_Source::MANUAL );
			$this->plugin->error_boundary()->run( self::fail_loudly( ... ) );
			$lines = file( $log, FILE_IGNORE_NEW_LINES );
		} finally {
			ini_set( 'error_log', (string) $before );
			unlink( $log );
		}

		$this->assertCount( 2, $lines, implode( "\n", $lines ) );
		$this->assertDoesNotMatchRegularExpression( self::UNSEEN, implode( '', $lines ) );
	}

	/** What a database may say when customers have written into it. */
	private static function fail_loudly(): never {
		throw new \RuntimeException( "A database\nthat says \e[2J what customers wrote" );
	}

	/** Everything of ours that an admin sees. */
	private function screens(): string {
		set_current_screen( 'sites-network' );
		$notices = $this->printed( ( new Notices( $this->plugin ) )->show( ... ) );
		$ids     = array_map( static fn( $row ) => $row->id, iterator_to_array( $this->plugin->ledger()->all(), false ) );
		$poll    = $this->call_rest( 'poll', array( 'ids' => $ids ) );
		$test    = $this->call_rest( 'connection-test' );

		return $notices . $this->table() . $this->confirmation( ...$ids ) . $this->health() . implode( '', $poll['rows'] ) . $poll['views'] . $test['html'];
	}

	/**
	 * The list.
	 *
	 * @param array<string, string> $query The query string.
	 */
	private function table( array $query = array() ): string {
		set_current_screen( Pages::domains_screen_id() );
		$_SERVER['REQUEST_URI'] = Pages::domains_url();
		$_GET                   = $query;
		$table                  = new Domains_List_Table( $this->plugin, Domains_Query::from( $query ) );
		$table->prepare_items();

		return $this->printed( $table->views( ... ) ) . $this->printed( $table->display( ... ) );
	}

	/** What is asked before domains are removed. */
	private function confirmation( int ...$ids ): string {
		if ( array() === $ids ) {
			return '';
		}
		set_current_screen( Pages::domains_screen_id() );
		$_POST  = array( 'action' => Domains_Actions::REMOVE, 'ids' => implode( ',', $ids ), '_wpnonce' => wp_create_nonce( Domains_Actions::nonce_action( Domains_Actions::REMOVE, $ids ) ) );
		$screen = new Domains_Screen( $this->plugin );

		try {
			$screen->prepare();
			return $this->printed( $screen->show( ... ) );
		} catch ( Redirect_Exception ) {
			// None of them can be removed: the list says so.
			return $this->printed( Flash::show( ... ) );
		} finally {
			$_POST = array();
		}
	}

	private function flash_of( string $domain ): string {
		( new Domains_Actions( $this->plugin ) )->run( Domains_Actions::CHECK, array( $this->row( $domain ) ) );

		return $this->printed( Flash::show( ... ) );
	}

	/** What Site Health says, and what its copy button copies. */
	private function health(): string {
		$health = new Site_Health( $this->plugin, '', '' );
		$said   = '';
		foreach ( $health->add_tests( array() )['direct'] as $test ) {
			$result = ( $test['test'] )();
			$said  .= $result['label'] . $result['description'] . $result['actions'];
		}

		return $said . esc_html( (string) wp_json_encode( $health->add_information( array() ), JSON_UNESCAPED_UNICODE ) );
	}

	private function assert_harmless( string $html ): void {
		$this->assertDoesNotMatchRegularExpression( self::UNSEEN, $html );
		$document = new \DOMDocument();
		$document->loadHTML( "<?xml encoding=\"utf-8\"><body>$html</body>", LIBXML_NOERROR );
		$page = new \DOMXPath( $document );
		$this->assertSame( 0, $page->query( '//script | //@*[starts-with(name(), "on")] | //@href[starts-with(., "javascript:")] | //@autofocus' )->length, $html );
	}

	/** A mapping as Mercator has them. */
	private static function mapping( string $domain ): object {
		return new class( $domain ) {
			public function __construct( private readonly string $domain ) {}

			public function get_domain(): string {
				return $this->domain;
			}

			public function get_site_id(): int {
				return 1;
			}
		};
	}
}
