<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use cli\Colors;
use cli\Shell;
use cli\table\Ascii;
use cli\table\Tabular;
use WP_CLI\Utils;

/**
 * Prints items as they come, in the formats of WP-CLI's formatter. That one keeps all items until it has the last, and copies
 * the lines of a table for each: a hundred thousand take minutes.
 */
final class Item_Printer {

	/** Items by which the columns of a table are measured. A value of a later one that is wider is wrapped. */
	private const MEASURED = 1000;

	/** Characters that a column which is shortened has at least. */
	private const NARROWEST = 24;

	private readonly string $format;

	/** @var list<string> */
	private readonly array $fields;

	private readonly ?string $field;

	/**
	 * Whether the last column is shortened to what the terminal has left.
	 */
	private readonly bool $is_fitted;

	/**
	 * @param array<string, mixed> $assoc_args Options; {@see Word_Option::expect_output()} has checked them.
	 * @param list<string>         $fields     What is shown where the options do not say.
	 * @param bool                 $fits       Whether a table of these is made to fit the terminal by shortening the last column.
	 * @param list<string>         $optional   Columns that such a table leaves out if the terminal is too narrow, the first one first.
	 */
	public function __construct( array $assoc_args, array $fields, bool $fits = false, private readonly array $optional = array() ) {
		$given = isset( $assoc_args['fields'] ) ? array_map( trim( ... ), explode( ',', (string) $assoc_args['fields'] ) ) : null;

		$this->format    = (string) $assoc_args['format'];
		$this->field     = isset( $assoc_args['field'] ) ? trim( (string) $assoc_args['field'] ) : null;
		$this->fields    = $given ?? $fields;
		$this->is_fitted = $fits && null === $given;
	}

	/**
	 * Whether people read it: words may be in their language.
	 */
	public function is_for_people(): bool {
		return 'table' === $this->format && null === $this->field;
	}

	/**
	 * @param iterable<array<string, int|string>> $items
	 * @return int How many there were.
	 */
	public function print( iterable $items ): int {
		$count = 0;
		$items = self::counted( $items, $count );

		match ( true ) {
			null !== $this->field    => $this->values( $items, $this->field ),
			'json' === $this->format => $this->json( $items ),
			'yaml' === $this->format => $this->yaml( $items ),
			'csv' === $this->format  => Utils\write_csv( STDOUT, $items, $this->fields ),
			default                  => $this->table( $items ),
		};

		return $count;
	}

	/**
	 * @param iterable<array<string, int|string>> $items
	 * @return \Generator<array<string, int|string>>
	 */
	private static function counted( iterable $items, int &$count ): \Generator {
		foreach ( $items as $item ) {
			++$count;
			yield $item;
		}
	}

	/**
	 * @param iterable<array<string, int|string>> $items
	 */
	private function values( iterable $items, string $field ): void {
		if ( 'json' === $this->format ) {
			self::json_list( $items, static fn( array $item ): int|string => $item[ $field ] );
			return;
		}

		foreach ( $items as $item ) {
			\WP_CLI::print_value( $item[ $field ], array( 'format' => $this->format ) );
		}
	}

	/**
	 * @param iterable<array<string, int|string>> $items
	 */
	private function json( iterable $items ): void {
		self::json_list( $items, fn( array $item ): array => Utils\pick_fields( $item, $this->fields ) );
	}

	/**
	 * @param iterable<array<string, int|string>>                               $items
	 * @param callable(array<string, int|string>): (int|string|array<string, mixed>) $value
	 */
	private static function json_list( iterable $items, callable $value ): void {
		$before = '[';

		foreach ( $items as $item ) {
			echo $before, json_encode( $value( $item ), JSON_PARTIAL_OUTPUT_ON_ERROR ); // phpcs:ignore WordPress
			$before = ',';
		}

		echo '[' === $before ? '[]' : ']';
	}

	/**
	 * @param iterable<array<string, int|string>> $items
	 */
	private function yaml( iterable $items ): void {
		$begins = true;

		foreach ( $items as $item ) {
			$text = \Spyc::YAMLDump( array( Utils\pick_fields( $item, $this->fields ) ), 2, 0 );

			echo $begins ? $text : substr( $text, strlen( "---\n" ) ); // phpcs:ignore WordPress.Security.EscapeOutput
			$begins = false;
		}

		if ( $begins ) {
			echo \Spyc::YAMLDump( array(), 2, 0 ); // phpcs:ignore WordPress.Security.EscapeOutput
		}
	}

	/**
	 * With borders in a terminal, with tabs in a pipe, as WP-CLI's own.
	 *
	 * @param \Generator<array<string, int|string>> $items
	 */
	private function table( \Generator $items ): void {
		// What looks like a colour in a value is none.
		$has_colors = \WP_CLI::get_runner()->in_color();

		if ( $has_colors ) {
			Colors::disable( true );
		}

		if ( Shell::isPiped() ) {
			$this->tabular( $items );
		} else {
			$this->bordered( $items );
		}

		if ( $has_colors ) {
			Colors::enable( true );
		}
	}

	/**
	 * @param \Generator<array<string, int|string>> $items
	 */
	private function tabular( \Generator $items ): void {
		$renderer = new Tabular();

		\WP_CLI::line( $renderer->row( $this->fields ) );

		foreach ( $items as $item ) {
			\WP_CLI::line( $renderer->row( $this->row( $item ) ) );
		}
	}

	/**
	 * @param \Generator<array<string, int|string>> $items
	 */
	private function bordered( \Generator $items ): void {
		$first = array();

		while ( $items->valid() && count( $first ) < self::MEASURED ) {
			$first[] = $this->row( $items->current() );
			$items->next();
		}

		$widths   = $this->widths( $first );
		$last     = array_key_last( $widths );
		$renderer = new Ascii();
		$renderer->setWidths( array_values( $widths ), true );

		\WP_CLI::line( $renderer->border() );
		\WP_CLI::line( $renderer->row( array_values( array_intersect_key( $this->fields, $widths ) ) ) );
		\WP_CLI::line( $renderer->border() );

		$say = function ( array $row ) use ( $renderer, $widths, $last ): void {
			$row[ $last ] = $this->is_fitted ? self::shorten( $row[ $last ], $widths[ $last ] ) : $row[ $last ];
			\WP_CLI::line( $renderer->row( array_values( array_intersect_key( $row, $widths ) ) ) );
		};

		array_walk( $first, $say );

		for ( ; $items->valid(); $items->next() ) {
			$say( $this->row( $items->current() ) );
		}

		\WP_CLI::line( $renderer->border() );
	}

	/**
	 * How wide the columns are, by their place among the fields. Where they are fitted, some may be left out, and the last one has
	 * what the others leave.
	 *
	 * @param list<list<string>> $rows
	 * @return non-empty-array<int, int>
	 */
	private function widths( array $rows ): array {
		$widths = array_map( Colors::width( ... ), $this->fields );

		foreach ( $rows as $row ) {
			foreach ( $row as $column => $value ) {
				$widths[ $column ] = max( $widths[ $column ], Colors::width( $value ) );
			}
		}

		return $this->is_fitted ? $this->fit( $this->without_optional( $widths ) ) : $widths;
	}

	/**
	 * @param non-empty-array<int, int> $widths
	 * @return non-empty-array<int, int>
	 */
	private function without_optional( array $widths ): array {
		foreach ( $this->optional as $field ) {
			$last    = array_key_last( $widths );
			$longest = array( 'domain' => self::NARROWEST, $this->fields[ $last ] => self::NARROWEST );
			$needed  = 0;

			foreach ( $widths as $column => $width ) {
				$needed += min( $width, $longest[ $this->fields[ $column ] ] ?? $width );
			}

			if ( $needed <= self::room( $widths ) ) {
				break;
			}

			unset( $widths[ array_search( $field, $this->fields, true ) ] );
		}

		return $widths;
	}

	/**
	 * Narrows the last column, and what is as wide as a domain.
	 *
	 * @param non-empty-array<int, int> $widths
	 * @return non-empty-array<int, int>
	 */
	private function fit( array $widths ): array {
		$room   = self::room( $widths );
		$last   = array_key_last( $widths );
		$domain = (int) array_search( 'domain', $this->fields, true );
		$others = array_sum( $widths ) - $widths[ $last ];

		if ( $domain !== $last ) {
			$left              = $room - ( $others - $widths[ $domain ] ) - min( $widths[ $last ], self::NARROWEST );
			$others           -= $widths[ $domain ];
			$widths[ $domain ] = max( 1, min( $widths[ $domain ], $left ) );
			$others           += $widths[ $domain ];
		}

		$widths[ $last ] = max( 1, min( $widths[ $last ], $room - $others ) );

		return $widths;
	}

	/**
	 * Characters that a terminal has for the values: a border and two spaces go with each column, and a border ends the line.
	 *
	 * @param array<int, int> $widths
	 */
	private static function room( array $widths ): int {
		return Shell::columns() - 3 * count( $widths ) - 1;
	}

	private static function shorten( string $text, int $width ): string {
		return Colors::width( $text ) <= $width ? $text : rtrim( \cli\safe_substr( $text, 0, $width - 1, true ) ) . '…';
	}

	/**
	 * @param array<string, int|string> $item
	 * @return non-empty-list<string>
	 */
	private function row( array $item ): array {
		return array_map( static fn( string $field ): string => (string) ( $item[ $field ] ?? '' ), $this->fields );
	}
}
