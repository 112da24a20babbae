<?php
/**
 * What the plugin costs a page that visitors see.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Domains\Source_Registry;
use ClosteSync\Lazy_Loader;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Front_Test extends Plugin_Test_Case {

	/** Hooks that only the plugin itself fires, and those that no such page has. */
	private const OWN = '/^(closte_sync_(?!run$|reconcile$|second_copy$)|plugins_loaded$|wp_ajax_)/';

	public function test_a_page_that_visitors_see_costs_two_short_files_and_no_statement(): void {
		$page = $this->view(
			'global $wpdb; $asked = array();
			add_filter( "query", function ( string $sql ) use ( &$asked ) { foreach ( debug_backtrace() as $frame ) { if ( str_contains( $frame["file"] ?? "", "closte-sync" ) ) { $asked[] = $sql; } } return $sql; } );
			define( "WP_USE_THEMES", false ); wp(); do_action( "template_redirect" ); do_action( "wp_head" ); do_action( "wp_footer" ); do_action( "shutdown" );
			$files = array_filter( get_included_files(), fn( string $file ): bool => str_contains( $file, "/closte-sync/" ) );
			echo "RESULT", json_encode( array( array_map( basename( ... ), array_values( $files ) ), array_sum( array_map( filesize( ... ), $files ) ), $asked ) );'
		);
		$this->assertSame( 0, $page->wait(), $page->output() );
		list( $files, $bytes, $asked ) = json_decode( explode( 'RESULT', $page->output() )[1], true, 8, JSON_THROW_ON_ERROR );

		$this->assertSame( array( 'closte-sync.php', 'class-lazy-loader.php' ), $files );
		$this->assertLessThan( 40_000, $bytes );
		$this->assertSame( array(), $asked );
	}

	/** @dataProvider mappings */
	public function test_every_hook_that_the_plugin_listens_to_on_such_a_page_loads_it( string $mapping ): void {
		$page = $this->view(
			$mapping . '$count = fn(): array => array_map( fn( WP_Hook $hook ): int => array_sum( array_map( "count", $hook->callbacks ) ), $GLOBALS["wp_filter"] );
			$front = array(); foreach ( $GLOBALS["wp_filter"] as $name => $hook ) { foreach ( $hook->callbacks[ PHP_INT_MIN ] ?? array() as $callback ) { if ( $callback["function"] instanceof Closure && ( new ReflectionFunction( $callback["function"] ) )->getClosureThis() instanceof ClosteSync\Lazy_Loader ) { $front[] = $name; } } }
			$before = $count();
			foreach ( $front as $name ) { --$before[ $name ]; }
			wp_get_schedules();
			$heard = array_keys( array_filter( $count(), fn( int $callbacks, string $name ): bool => $callbacks > ( $before[ $name ] ?? 0 ), ARRAY_FILTER_USE_BOTH ) );
			echo "RESULT", json_encode( array( $front, $heard ) );'
		);
		$this->assertSame( 0, $page->wait(), $page->output() );
		list( $front, $heard ) = json_decode( explode( 'RESULT', $page->output() )[1], true, 8, JSON_THROW_ON_ERROR );

		$this->assertSame( array(), array_values( preg_grep( self::OWN, array_diff( $heard, $front ), PREG_GREP_INVERT ) ) );
		$this->assertContains( 'wp_validate_site_data', $heard );
		$unheard = array_filter( array_diff( $front, $heard ), static fn( string $hook ): bool => ! str_starts_with( $hook, 'mercator.' ) );
		$this->assertSame( array(), '' === $mapping ? array_values( $unheard ) : array_values( array_diff( $front, $heard ) ) );
	}

	public function test_every_hook_at_which_a_source_hears_of_a_domain_loads_it(): void {
		$front   = ( new \ReflectionClassConstant( Lazy_Loader::class, 'HOOKS' ) )->getValue();
		$sources = ( new \ReflectionProperty( Source_Registry::class, 'sources' ) )->getValue( $this->plugin->sources() );

		$this->assertGreaterThanOrEqual( 3, count( $sources ) );
		foreach ( $sources as $source ) {
			$this->assertSame( array(), array_values( array_diff( array_keys( $source->reasons() ), $front ) ), $source->id() );
		}
	}

	/** Nobody else listens to it, unlike WordPress's own. */
	public function test_a_hook_of_its_own_that_loads_it_is_heard(): void {
		$this->emulator->down( true );
		$this->create_site( 'shop' );
		$this->emulator->down( false );
		$this->let_time_pass( 120 );
		$page = $this->view( 'do_action( "closte_sync_run" ); echo "lives";' );

		$this->assertSame( 0, $page->wait(), $page->output() );
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	/**
	 * A layer that only hands on would be one more.
	 *
	 * @testWith ["shop", 73]
	 *           ["customer.example", 73]
	 */
	public function test_a_created_site_loads_few_classes( string $name, int $most ): void {
		$this->create_site( 'earlier' );
		$domain = str_contains( $name, '.' ) ? $name : $this->sub( $name );
		$page   = $this->view(
			'$all = fn(): array => array_merge( get_declared_classes(), get_declared_interfaces(), get_declared_traits() ); $before = $all();
			wp_insert_site( array( "domain" => ' . var_export( $domain, true ) . ', "path" => "/", "network_id" => 1, "user_id" => 1, "title" => "A" ) ); do_action( "shutdown" );
			echo "RESULT", json_encode( array_values( preg_grep( "/^ClosteSync/", array_diff( $all(), $before ) ) ) );'
		);
		$this->assertSame( 0, $page->wait(), $page->output() );
		$classes = json_decode( explode( 'RESULT', $page->output() )[1], true, 8, JSON_THROW_ON_ERROR );

		$this->assertContains( $domain, $this->emulator->domains() );
		$this->assertLessThanOrEqual( $most, count( $classes ), count( $classes ) . ":\n" . implode( "\n", $classes ) );
	}

	/** A PHP that has loaded WordPress as a page does, and does something then. */
	private function view( string $code ): Process {
		$load = sprintf( '$_SERVER["HTTP_HOST"] = %s; $_SERVER["REQUEST_URI"] = "/"; require %s; ', var_export( $this->env( 'domain' ), true ), var_export( $this->env( 'wordpress' ) . '/wp-load.php', true ) );

		return new Process( array( PHP_BINARY, '-r', $load . $code ) );
	}

	/** @return array<string, array{string}> */
	public function mappings(): array {
		return array(
			'no mapping plugin' => array( '' ),
			'Mercator'          => array( 'eval( "namespace Mercator; class Mapping {}" ); ' ),
		);
	}

	public function test_the_event_that_loads_it_is_heard(): void {
		$page = $this->view( 'wp_insert_site( array( "domain" => "front.example", "path" => "/", "network_id" => 1, "user_id" => 1 ) ); echo "lives";' );

		$this->assertSame( 0, $page->wait(), $page->output() );
		$this->assertStringContainsString( 'lives', $page->output() );
		$this->assertContains( 'front.example', $this->emulator->domains() );
	}
}
