<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Row_Source;

/**
 * All sources of domains, in the order in which they are asked who has a domain.
 */
final class Source_Registry {

	/** @var list<Source> */
	private readonly array $sources;

	public function __construct( Source ...$sources ) {
		$this->sources = array_values( $sources );

		Row_Source::know( ...array_map( static fn( Source $source ): string => $source->id(), $this->sources ) );
	}

	public function register(): void {
		foreach ( $this->sources as $source ) {
			$source->register();
		}
	}

	/**
	 * What gives domains to sites: the mapping plugin that is loaded, else WordPress itself; null: nothing can.
	 */
	public function mapper(): ?Source {
		$able = array_filter( $this->sources, static fn( Source $source ): bool => $source->can_map() );

		foreach ( $able as $source ) {
			if ( null !== $source->table() ) {
				return $source;
			}
		}

		return array_values( $able )[0] ?? null;
	}

	/**
	 * The source with this id, if it is one and can give and take domains now.
	 */
	public function able( string $id ): ?Source {
		foreach ( $this->sources as $source ) {
			if ( $source->id() === $id && $source->can_map() ) {
				return $source;
			}
		}

		return null;
	}

	/**
	 * What sends domains to Closte while no PHP of the network has the extension, in words; '' when nothing does.
	 */
	public function stand_in(): string {
		return implode( ' ', array_filter( array_map( static fn( Source $source ): ?string => $source->stand_in(), $this->sources ) ) );
	}

	/**
	 * The tables of mappings, without prefix.
	 *
	 * @return array<string, string> By source.
	 */
	public function tables(): array {
		return self::tables_of( $this->sources );
	}

	/**
	 * The tables of the plugins that are loaded.
	 *
	 * @return array<string, string> By source.
	 */
	public function loaded_tables(): array {
		return self::tables_of( array_filter( $this->sources, static fn( Source $source ): bool => $source->is_loaded() ) );
	}

	/**
	 * @return list<string> What the column `source` may say.
	 */
	public function ids(): array {
		return array_values(
			array_unique(
				array( ...Row_Source::ALL, ...array_map( static fn( Source $source ): string => $source->id(), $this->sources ) )
			)
		);
	}

	/**
	 * Where a row's domain was heard of, for people.
	 *
	 * @param string $id A {@see Row_Source}, or the id of a source.
	 */
	public function label( string $id ): string {
		foreach ( $this->sources as $source ) {
			if ( $source->id() === $id ) {
				return $source->label();
			}
		}

		return Row_Source::label( $id );
	}

	/**
	 * Why a domain changes while a hook fires: a word of \ClosteSync\Log\Reason, or null.
	 *
	 * @param bool $is_removal Whether it goes: a mapping that changes its domain adds one and removes one.
	 */
	public function reason( string $hook, bool $is_removal ): ?string {
		foreach ( $this->sources as $source ) {
			$reason = $source->reasons()[ $hook ] ?? null;

			if ( null !== $reason ) {
				return is_array( $reason ) ? $reason[ $is_removal ? 'remove' : 'add' ] : $reason;
			}
		}

		return null;
	}

	/**
	 * @param array<Source> $sources
	 * @return array<string, string>
	 */
	private static function tables_of( array $sources ): array {
		$tables = array();

		foreach ( $sources as $source ) {
			$tables[ $source->id() ] = $source->table();
		}

		return array_filter( $tables, is_string( ... ) );
	}
}
