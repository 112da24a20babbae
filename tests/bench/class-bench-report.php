<?php
/**
 * What the bench has measured, as tables.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** What one file of results says. */
final class Bench_Report {

	private const MARKS = array( '<!-- bench: tests/bin/bench --write-readme -->', '<!-- /bench -->' );

	private const HEADINGS = array(
		'what'   => '',
		'ours'   => 'closte',
		'beside' => 'compared with',
		'peer'   => '',
		'ratio'  => 'ratio',
		'goal'   => 'goal',
		'met'    => 'met',
	);

	/** Of columns in a terminal; negative where they begin at the left. */
	private const WIDTHS = array(
		'what'   => -66,
		'ours'   => 15,
		'beside' => 15,
		'peer'   => -35,
		'ratio'  => 7,
		'goal'   => -12,
		'met'    => -3,
	);

	/** @var array<string, array{part: string, what: string, unit: string, peer: string, goal: string, readme: bool}> */
	private readonly array $rows;

	/** @var array<string, array<string, mixed>> How each part was measured. */
	private array $parts = array();

	/** @var array<string, array{ours: float, peer?: float}> By row. */
	private array $measured = array();

	public function __construct( string $file ) {
		$this->rows = require __DIR__ . '/rows.php';
		foreach ( file( $file, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES ) as $line ) {
			$read = json_decode( $line, true, 8, JSON_THROW_ON_ERROR );
			if ( isset( $read['part'] ) ) {
				$this->parts[ $read['part'] ] = $read;
				continue;
			}
			if ( ! isset( $this->rows[ $read['row'] ] ) ) {
				throw new \RuntimeException( "{$read['row']} is not in rows.php" );
			}
			$this->measured[ $read['row'] ] = $read;
		}
	}

	/** For a terminal. */
	public function table(): string {
		$text = '';
		foreach ( array( self::HEADINGS, ...$this->lines( false ) ) as $line ) {
			foreach ( self::WIDTHS as $column => $width ) {
				$text .= self::fill( $line[ $column ], abs( $width ), $width < 0 ) . '  ';
			}
			$text = rtrim( $text ) . "\n";
		}
		foreach ( $this->parts as $part => $how ) {
			$why   = $how['skipped'] ?? $how['failed'] ?? '';
			$text .= '' === $why ? '' : sprintf( "%s: %s, %s\n", $part, isset( $how['skipped'] ) ? 'skipped' : 'FAILED', $why );
		}

		return $text . "\n" . $this->how() . "\n";
	}

	public function has_failed(): bool {
		return array() !== array_filter( $this->parts, static fn ( array $how ): bool => isset( $how['failed'] ) );
	}

	/** @param string $document Its text; what is between the marks is replaced. */
	public function fill_in( string $document, bool $short ): string {
		list( $begin, $end ) = self::MARKS;
		$from               = strpos( $document, $begin );
		$to                 = strpos( $document, $end );
		if ( false === $from || false === $to || $to < $from ) {
			throw new \RuntimeException( "there is no place between $begin and $end" );
		}

		return substr( $document, 0, $from ) . "$begin\n\n" . $this->markdown( $short ) . "\n" . substr( $document, $to );
	}

	private function markdown( bool $short ): string {
		$text = '';
		foreach ( array( self::HEADINGS, array_fill_keys( array_keys( self::HEADINGS ), '---' ), ...$this->lines( $short ) ) as $line ) {
			$text .= rtrim( '| ' . implode( ' | ', $line ) ) . " |\n";
		}
		$absent = array_values( array_diff( array_unique( array_column( $this->rows, 'part' ) ), array_keys( $this->parts ) ) );
		foreach ( $this->parts as $part => $how ) {
			if ( isset( $how['skipped'] ) ) {
				$absent[] = "$part ({$how['skipped']})";
			}
		}

		return "$text\n" . $this->how() . ( array() === $absent ? '' : "\n\nNot measured: " . implode( ', ', $absent ) . '.' ) . "\n";
	}

	/** How it was measured, wrapped. */
	private function how(): string {
		$parts = array_filter( $this->parts, static fn ( array $how ): bool => isset( $how['cores'] ) );
		if ( array() === $parts ) {
			return 'Nothing was measured.';
		}
		$one   = end( $parts );
		$loads = array_merge( ...array_column( array_values( $parts ), 'load' ) );
		$names = array();
		foreach ( $parts as $how ) {
			$names = array_merge( $names, $how['versions'] );
		}
		ksort( $names, SORT_FLAG_CASE | SORT_STRING );
		$name     = static fn ( string $name, string $version ): string => "$name $version";
		$versions = implode( ', ', array_map( $name, array_keys( $names ), $names ) );
		$runs     = count( array_unique( array_column( $parts, 'run' ) ) );
		$text     = sprintf(
			'Measured by `make bench` %s on %d cores (load %s), over loopback, each row and what it is compared with in the same run, most of them in turns. '
			. 'A ratio is the figure of closte divided by the other one. %s.%s',
			1 === $runs ? 'in one run' : "in $runs runs, some parts in each,",
			$one['cores'],
			self::span( min( $loads ), max( $loads ) ),
			$versions,
			array() === array_filter( array_column( $parts, 'quick' ) ) ? '' : ' Some of it with smaller numbers (--quick).'
		);
		if ( max( $loads ) > 2 * $one['cores'] ) {
			$text .= ' Much else ran on these cores at that time. What waits often is slowed the most by that, on either side, so these ratios '
				. 'are not those of an idle machine.';
		}

		return wordwrap( $text, 128 );
	}

	private static function span( float $least, float $most ): string {
		return round( $least ) === round( $most ) ? sprintf( '%.0f', $most ) : sprintf( '%.0f to %.0f', $least, $most );
	}

	/** @return list<array<string, string>> What was measured, row by row, as text. */
	private function lines( bool $short ): array {
		$lines = array();
		$begun = '';
		foreach ( $this->rows as $name => $row ) {
			// What an ellipsis stands for may be a row that is left out.
			$begun = str_starts_with( $row['what'], '… ' ) ? $begun : (string) preg_replace( '/[,:] [^,:]*$/', '', $row['what'] );
			if ( ! isset( $this->measured[ $name ] ) || ( $short && ! $row['readme'] ) ) {
				continue;
			}
			$ours    = $this->measured[ $name ]['ours'];
			$peer    = $this->measured[ $name ]['peer'] ?? null;
			$ratio   = null === $peer || 0.0 === (float) $peer ? null : $ours / $peer;
			$lines[] = array(
				'what'   => $short ? preg_replace( '/^… /', "$begun, ", $row['what'] ) : $row['what'],
				'ours'   => self::number( $ours, $row['unit'] ),
				'beside' => null === $peer ? '' : self::number( $peer, $row['unit'] ),
				'peer'   => $row['peer'],
				'ratio'  => null === $ratio ? '' : ( abs( $ratio - 1 ) < 0.01 ? (string) round( $ratio, 4 ) : self::short( $ratio ) ),
				'goal'   => '' === $row['goal'] ? '' : self::goal( $row['goal'], $row['unit'] ),
				'met'    => '' === $row['goal'] ? '' : ( self::is_met( $row['goal'], $ours, $ratio ) ? 'yes' : 'no' ),
			);
		}

		return $lines;
	}

	private static function goal( string $goal, string $unit ): string {
		list( $of, $sign, $number ) = explode( ' ', $goal );

		// As it is written: 1.003 is not 1.
		$number = str_contains( $number, '.' ) ? $number : number_format( (float) $number );

		return trim( ( '<=' === $sign ? '≤ ' : '≥ ' ) . "$number " . ( 'ratio' === $of ? '×' : $unit ) );
	}

	private static function is_met( string $goal, float $ours, ?float $ratio ): bool {
		list( $of, $sign, $number ) = explode( ' ', $goal );
		$is                         = 'ratio' === $of ? $ratio : $ours;

		return null !== $is && ( '<=' === $sign ? $is <= (float) $number : $is >= (float) $number );
	}

	private static function number( float $number, string $unit ): string {
		return trim( self::short( $number ) . " $unit" );
	}

	/** Three digits that count, or all before the point. */
	private static function short( float $number ): string {
		$decimals = max( 0, 2 - (int) floor( log10( max( abs( $number ), 0.001 ) ) ) );
		$text     = number_format( $number, min( 3, $decimals ) );

		return str_contains( $text, '.' ) ? rtrim( rtrim( $text, '0' ), '.' ) : $text;
	}

	/** Padded by characters, not bytes. */
	private static function fill( string $text, int $width, bool $left = true ): string {
		$spaces = str_repeat( ' ', max( 0, $width - (int) preg_match_all( '/./u', $text ) ) );

		return $left ? $text . $spaces : $spaces . $text;
	}
}
