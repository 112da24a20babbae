<?php
/**
 * The documents name what is there.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Cli\Domain_Item;
use ClosteSync\Log\Action;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Reason;
use ClosteSync\Operations\Refusal;
use PHPUnit\Framework\TestCase;

/** Compares the documents with the tree: paths, links, hooks, and the numbers that tests are named after. */
final class Documentation_Test extends TestCase {

	private const ROOT = __DIR__ . '/../..';

	/** `inc/` is short for the plugin's folder of that name. */
	private const PATH = '~(?<![\w/.-])(?:\.ci|bin|docs|inc|php-stubs|src|tests|wp-plugin)/[\w./*-]*~';

	/**
	 * @dataProvider documents
	 */
	public function test_every_path_of_a_document_exists( string $document ): void {
		preg_match_all( self::PATH, self::text( $document ), $matches );

		foreach ( array_unique( $matches[0] ) as $path ) {
			$path = rtrim( $path, '.' );
			$full = self::ROOT . '/' . ( str_starts_with( $path, 'inc/' ) ? "wp-plugin/closte-sync/$path" : $path );

			$this->assertNotEmpty( glob( $full ), "$document names $path" );
		}

		$this->addToAssertionCount( 1 );
	}

	/**
	 * @dataProvider documents
	 */
	public function test_every_link_of_a_document_leads_somewhere( string $document ): void {
		preg_match_all( '~\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)~', self::text( $document ), $matches, PREG_SET_ORDER );

		foreach ( $matches as $match ) {
			$target = '' === $match[1] ? $document : ltrim( dirname( $document ) . "/$match[1]", './' );
			$target = self::resolve( $target );

			$this->assertFileExists( self::ROOT . "/$target", "$document links to $match[1]" );

			if ( isset( $match[2] ) ) {
				$this->assertContains( $match[2], self::anchors( $target ), "$document links to $target" );
			}
		}

		$this->addToAssertionCount( 1 );
	}

	public function test_each_numbered_shortcoming_has_a_test_and_each_such_test_a_number(): void {
		$section = explode( 'Where its built-in Closte integration falls short', self::text( 'docs/wordpress-hooks.md' ), 2 )[1];
		$section = explode( "\n## ", $section, 2 )[0];
		preg_match_all( '/^(\d+)\. /m', $section, $listed );

		$tested = array();

		foreach ( (array) glob( self::ROOT . '/tests/*/*-test.php' ) as $file ) {
			preg_match_all( '/function test_line_(\d+)_/', (string) file_get_contents( (string) $file ), $matches );
			array_push( $tested, ...array_map( 'intval', $matches[1] ) );
		}

		$tested = array_values( array_unique( $tested ) );
		sort( $tested );

		$this->assertSame( range( 1, 12 ), array_map( 'intval', $listed[1] ) );
		$this->assertSame( range( 1, 12 ), $tested );
	}

	public function test_each_hook_of_the_plugin_is_documented_and_each_documented_one_fires(): void {
		$fired = array();
		$files = new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( self::ROOT . '/wp-plugin/closte-sync' ) );

		foreach ( $files as $file ) {
			$code = $file->isFile() ? (string) file_get_contents( $file->getPathname() ) : '';
			preg_match_all( "/(?:do_action|apply_filters)(?:_ref_array)?\(\s*'(closte_sync_\w+)'/", $code, $matches );
			array_push( $fired, ...$matches[1] );
		}

		preg_match_all( '/^\| `(closte_sync_\w+)`/m', self::text( 'docs/plugin-hooks.md' ), $matches );

		$this->assertSame( array(), array_values( array_diff( $fired, $matches[1] ) ), 'docs/plugin-hooks.md lacks them' );
		$this->assertSame( array(), array_values( array_diff( $matches[1], $fired ) ), 'docs/plugin-hooks.md has them, and nothing fires them' );
	}

	public function test_each_error_of_the_rest_api_is_documented(): void {
		$document = self::text( 'docs/rest-api.md' );

		foreach ( ( new \ReflectionClass( Refusal::class ) )->getConstants() as $code ) {
			$this->assertStringContainsString( '`closte_sync_' . strtr( $code, '-', '_' ) . '`', $document );
		}
	}

	public function test_the_help_of_the_log_names_each_word_that_its_filters_take(): void {
		$help = self::text( 'wp-plugin/closte-sync/inc/cli/class-log-command.php' );

		foreach ( array( 'action' => Action::cases(), 'outcome' => Outcome::cases(), 'reason' => Reason::cases() ) as $option => $cases ) {
			$line = explode( "\n", explode( "[--$option=<$option>]\n", $help )[1] )[0];

			foreach ( $cases as $case ) {
				$this->assertStringContainsString( "`{$case->value}`", $line, "--$option" );
			}
		}
	}

	public function test_the_help_of_the_list_names_each_field(): void {
		$help = self::text( 'wp-plugin/closte-sync/inc/cli/class-domain-command.php' );
		preg_match( '/Shown by default: (.*)\.\n.*\n.*Also available: (.*?)\. /', $help, $matches );
		$named = preg_split( '/(?: \([^)]*\))?, /', "$matches[1], $matches[2]" );

		$this->assertSame( array(), array_values( array_diff( Domain_Item::FIELDS, (array) $named ) ) );
	}

	/**
	 * @return array<string, array{string}>
	 */
	public function documents(): array {
		$documents = array();

		foreach ( array( '*.md', 'docs/*.md', 'tests/*/*.md' ) as $pattern ) {
			foreach ( (array) glob( self::ROOT . "/$pattern" ) as $file ) {
				$document               = substr( (string) $file, strlen( self::ROOT ) + 1 );
				$documents[ $document ] = array( $document );
			}
		}

		return $documents;
	}

	private static function text( string $document ): string {
		return (string) file_get_contents( self::ROOT . "/$document" );
	}

	/**
	 * Takes `x/../` out of a path.
	 */
	private static function resolve( string $path ): string {
		do {
			$path = (string) preg_replace( '~(?:^|(?<=/))(?!\.\./)[^/]+/\.\./~', '', $path, 1, $count );
		} while ( $count > 0 );

		return $path;
	}

	/**
	 * The anchors of a document's headings, as code hosting platforms make them.
	 *
	 * @return list<string>
	 */
	private static function anchors( string $document ): array {
		preg_match_all( '/^#+ (.+)$/m', self::text( $document ), $matches );

		return array_map(
			static fn( string $heading ): string => str_replace( ' ', '-', (string) preg_replace( '/[^\w -]/u', '', mb_strtolower( $heading ) ) ),
			$matches[1]
		);
	}
}
