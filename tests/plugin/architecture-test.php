<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use PHPUnit\Framework\TestCase;

/**
 * Which classes of the plugin know which others, read from their files: imports, qualified names, and names of the same
 * namespace. ARCHITECTURE.md says why it is so.
 */
final class Architecture_Test extends TestCase {

	private const ROOT = 'ClosteSync\\';

	private const LONGEST_LINE = 140;

	/** By folder: the folders whose classes those in it may name. */
	private const BELOW = array(
		'text'      => array(),
		'settings'  => array( 'text' ),
		'extension' => array( 'settings', 'text' ),
		'ledger'    => array( 'extension', 'settings', 'text' ),
		'domains'   => array( 'ledger', 'extension', 'settings', 'text' ),
		'sync'      => array( 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'log'       => array( 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'sources'   => array( 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'diagnosis' => array( 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'operations' => array( 'log', 'diagnosis', 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'owners'    => array( 'operations', 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'rest'      => array( 'operations', 'log', 'diagnosis', 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'abilities' => array( 'rest', 'operations', 'log', 'diagnosis', 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'mail'      => array( 'diagnosis', 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'admin'     => array( 'owners', 'mail', 'rest', 'operations', 'log', 'diagnosis', 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
		'cli'       => array( 'operations', 'log', 'diagnosis', 'sync', 'domains', 'ledger', 'extension', 'settings', 'text' ),
	);

	public function test_classes_name_only_what_is_below_them(): void {
		$wrong = array();

		foreach ( self::names() as $class => $named ) {
			foreach ( $named as $other ) {
				if ( ! self::may_name( $class, $other ) ) {
					$wrong[] = self::file( $class ) . " names $other";
				}
			}
		}

		self::assertSame( array(), $wrong );
	}

	public function test_no_classes_need_each_other(): void {
		self::assertSame( array(), array_map( static fn( array $circle ): string => implode( ' → ', $circle ), self::circles( self::names() ) ) );
	}

	public function test_lines_are_short_but_for_texts(): void {
		$long = array();

		foreach ( self::files() as $file => $code ) {
			// The help of a command is wrapped by WP-CLI.
			$code = 1 === preg_match( '#/cli/class-[\w-]+-command\.php$#', $file ) ? (string) preg_replace( '/^\t? \* (?!@).*/m', '', $code ) : $code;

			foreach ( explode( "\n", strtr( $code, array( "\t" => '    ' ) ) ) as $number => $line ) {
				// Translators need a text in one piece.
				$line = (string) preg_replace( array( "/'(?:[^'\\\\]|\\\\.){40,}'/", '/"(?:[^"\\\\]|\\\\.){40,}"/', '#\s*// phpcs:ignore.*#' ), '', $line );

				if ( mb_strlen( $line ) > self::LONGEST_LINE ) {
					$long[] = "$file:" . ( $number + 1 );
				}
			}
		}

		self::assertSame( array(), $long );
	}

	public function test_a_circle_would_be_found(): void {
		$names = array(
			'A' => array( 'B' ),
			'B' => array( 'C', 'D' ),
			'C' => array( 'A' ),
			'D' => array(),
		);

		self::assertSame( array( array( 'A', 'B', 'C', 'A' ) ), self::circles( $names ) );
		self::assertSame( array(), self::circles( array( 'C' => array() ) + $names ) );
	}

	/** @dataProvider ways_to_name */
	public function test_each_way_to_name_a_class_is_seen( string $code ): void {
		self::assertSame( array( 'ClosteSync\\Ledger\\Ledger' ), self::named_in( "<?php namespace ClosteSync\\Sync; $code", array( 'ClosteSync\\Ledger\\Ledger', 'ClosteSync\\Sync\\Ledger_Reader' ) ) );
	}

	/** @return array<string, array{string}> */
	public function ways_to_name(): array {
		return array(
			'imported'     => array( 'use ClosteSync\\Ledger\\Ledger; new Ledger();' ),
			'another name' => array( 'use ClosteSync\\Ledger\\Ledger as Rows; function f( ?Rows $rows ) {}' ),
			'qualified'    => array( 'namespace\\f( \\ClosteSync\\Ledger\\Ledger::class );' ),
			'in part'      => array( 'use ClosteSync\\Ledger; final class A extends Ledger\\Ledger {}' ),
		);
	}

	public function test_neighbours_are_seen_and_members_are_not(): void {
		$named = self::named_in( '<?php namespace ClosteSync\\Sync; new Worker(); $a->Time_Budget; A::Time_Budget; function Time_Budget() {}', array( 'ClosteSync\\Sync\\Worker', 'ClosteSync\\Sync\\Time_Budget' ) );

		self::assertSame( array( 'ClosteSync\\Sync\\Worker' ), $named );
	}

	private static function may_name( string $class, string $other ): bool {
		$from = self::folder( $class );
		$to   = self::folder( $other );

		return match ( true ) {
			// The container makes everything but the screens and commands, which get it; what boots the plugin knows all.
			'' === $from     => 'Container' !== substr( $class, strlen( self::ROOT ) ) || ! in_array( $to, array( 'admin', 'cli', 'rest', 'abilities', '' ), true ),
			'' === $to       => 'Container' === substr( $other, strlen( self::ROOT ) ) && in_array( $from, array( 'admin', 'cli', 'rest', 'abilities' ), true ),
			// One mapping plugin knows no other; the list of them knows all.
			'sources' === $to => 'sources' === $from && in_array( self::parent( $class ), array( self::parent( $other ), self::ROOT . 'Sources' ), true ),
			default          => $from === $to || in_array( $to, self::BELOW[ $from ] ?? array(), true ),
		};
	}

	/** The first folder below inc/; '' for the root. */
	private static function folder( string $class ): string {
		$parts = explode( '\\', substr( $class, strlen( self::ROOT ) ) );

		return 1 === count( $parts ) ? '' : strtolower( $parts[0] );
	}

	private static function parent( string $class ): string {
		return substr( $class, 0, (int) strrpos( $class, '\\' ) );
	}

	private static function file( string $class ): string {
		return 'inc/' . strtolower( strtr( substr( $class, strlen( self::ROOT ) ), array( '\\' => '/', '_' => '-' ) ) );
	}

	/**
	 * @return array<string, string> Code by path.
	 */
	private static function files(): array {
		$inc   = dirname( CLOSTE_SYNC_FILE ) . '/inc';
		$files = array();

		foreach ( new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( $inc, \FilesystemIterator::SKIP_DOTS ) ) as $file ) {
			$files[ (string) $file ] = (string) file_get_contents( (string) $file );
		}

		return $files;
	}

	/**
	 * @return array<string, list<string>> By class: the classes of the plugin that its file names.
	 */
	private static function names(): array {
		$files = array();

		foreach ( self::files() as $file => $code ) {
			self::assertSame( 1, preg_match( '/^namespace (\S+);/m', $code, $namespace ), $file );
			self::assertSame( 1, preg_match_all( '/^(?:final |abstract |readonly )*(?:class|enum|interface|trait) (\w+)/m', $code, $class ), "$file has one class" );

			$files[ $namespace[1] . '\\' . $class[1][0] ] = $code;
		}

		$classes = array_keys( $files );
		$names   = array();

		foreach ( $files as $class => $code ) {
			$names[ $class ] = array_values( array_diff( self::named_in( $code, $classes ), array( $class ) ) );
		}

		ksort( $names );

		return $names;
	}

	/**
	 * @param list<string> $classes Those to look for.
	 * @return list<string>
	 */
	private static function named_in( string $code, array $classes ): array {
		$tokens    = array_values( array_filter( \PhpToken::tokenize( $code ), static fn( \PhpToken $token ): bool => ! $token->isIgnorable() ) );
		$namespace = '';
		$imports   = array();
		$named     = array();

		foreach ( $tokens as $i => $token ) {
			$before = $tokens[ $i - 1 ]->text ?? '';

			if ( T_NAMESPACE === $token->id && ( $tokens[ $i + 1 ] ?? null )?->is( array( T_STRING, T_NAME_QUALIFIED ) ) ) {
				$namespace = $tokens[ $i + 1 ]->text;
			} elseif ( T_USE === $token->id && in_array( $before, array( ';', '}' ), true ) ) {
				$import  = ltrim( $tokens[ $i + 1 ]->text, '\\' );
				$alias   = 'as' === $tokens[ $i + 2 ]->text ? $tokens[ $i + 3 ]->text : substr( (string) strrchr( "\\$import", '\\' ), 1 );
				$imports[ $alias ] = $import;
				$named[]           = $import;
			} elseif ( $token->is( array( T_STRING, T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED ) ) && ! in_array( $before, array( '->', '?->', '::', 'function', 'const', 'case' ), true ) ) {
				list( $first, $rest ) = explode( '\\', $token->text, 2 ) + array( 1 => '' );
				$named[]              = '' === $first ? $rest : rtrim( ( $imports[ $first ] ?? "$namespace\\$first" ) . "\\$rest", '\\' );
			}
		}

		return array_values( array_intersect( array_unique( $named ), $classes ) );
	}

	/**
	 * @param array<string, list<string>> $names
	 * @return list<list<string>> A way round each circle that is found.
	 */
	private static function circles( array $names ): array {
		$circles = array();
		$seen    = array();
		$visit   = static function ( string $class, array $path ) use ( &$visit, &$circles, &$seen, $names ): void {
			$at = array_search( $class, $path, true );

			if ( false !== $at ) {
				$circles[] = array( ...array_slice( $path, $at ), $class );
			} elseif ( ! isset( $seen[ $class ] ) ) {
				foreach ( $names[ $class ] ?? array() as $other ) {
					$visit( $other, array( ...$path, $class ) );
				}

				$seen[ $class ] = true;
			}
		};

		foreach ( array_keys( $names ) as $class ) {
			$visit( $class, array() );
		}

		return $circles;
	}
}
