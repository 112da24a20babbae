<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * The examples in the help of the commands, and how their output is compared.
 */
final class Help_Examples {

	/**
	 * @return array<string, list<list<string>>> Lines of output that are shown for it, by command; once for each place.
	 */
	public static function all(): array {
		$examples = array();

		foreach ( self::docblocks() as $docblock ) {
			if ( 1 !== preg_match( '/^## EXAMPLES\n(.*?)(?=^@|\z)/ms', $docblock, $section ) ) {
				continue;
			}

			$command = null;

			foreach ( explode( "\n", $section[1] ) as $line ) {
				$text = substr( $line, 4 );

				if ( '' === trim( $line ) || str_starts_with( $text, '# ' ) ) {
					$command = null;
				} elseif ( 1 === preg_match( '/^(?:\$|\* \* \* \* \*) (.*\bwp .+)$/', $text, $match ) ) {
					$command                = $match[1];
					$examples[ $command ][] = array();
				} elseif ( null !== $command ) {
					$examples[ $command ][ array_key_last( $examples[ $command ] ) ][] = $text;
				} else {
					throw new \RuntimeException( "No command comes before this line of an example: $line" );
				}
			}
		}

		return $examples;
	}

	/**
	 * The documentation of the commands, as WP-CLI reads it.
	 *
	 * @return iterable<string, string>
	 */
	public static function docblocks(): iterable {
		foreach ( (array) glob( dirname( __DIR__, 2 ) . '/wp-plugin/closte-sync/inc/cli/class-*-command.php' ) as $file ) {
			preg_match_all( '/^\t?\/\*\*\n.*?\*\//ms', (string) file_get_contents( (string) $file ), $matches );

			foreach ( $matches[0] as $i => $comment ) {
				$text = (string) preg_replace( array( '/^\t?\/\*\*\n/', '/^\t? \* ?/m', '/^\t? ?\*?\/\z/m' ), '', $comment );

				if ( str_contains( $text, '## ' ) ) {
					yield basename( (string) $file ) . " $i" => $text;
				}
			}
		}
	}

	/**
	 * The first line that is shown and was not printed, after those before it; null: all were. Numbers, and how wide columns
	 * are, may differ; what an ellipsis stands for, too.
	 *
	 * @param list<string> $shown
	 */
	public static function missing( array $shown, string $printed ): ?string {
		$lines = explode( "\n", $printed );

		foreach ( $shown as $line ) {
			$pattern = '/^' . str_replace( '…', '.*', preg_quote( self::plain( $line ), '/' ) ) . '$/u';

			do {
				$candidate = array_shift( $lines );
			} while ( null !== $candidate && '…' !== $line && 1 !== preg_match( $pattern, self::plain( $candidate ) ) );

			if ( null === $candidate ) {
				return $line;
			}

			if ( '…' === $line ) {
				array_unshift( $lines, $candidate );
			}
		}

		return null;
	}

	private static function plain( string $line ): string {
		return trim( (string) preg_replace( array( '/\e\[[\d;]*m/', '/\d+/', '/-+/', '/ +/' ), array( '', '0', '-', ' ' ), $line ) );
	}
}
