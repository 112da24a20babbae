<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Row_Source;

/**
 * Asks the tables of WordPress and of the domain mapping plugins that are there.
 *
 * A site counts until WordPress deletes it: one that is archived, marked as spam or as deleted keeps its domain, since
 * each of these can be taken back with a click. So does a mapping that is switched off. A mapping whose site is gone
 * counts for nothing.
 */
final class Desired_Domains {

	private const CHUNK = 1000;

	/**
	 * Whether a table is in the database, as far as it was asked.
	 *
	 * @var array<string, bool>
	 */
	private array $has_table = array();

	public function __construct(
		private readonly Database $database,
		private readonly Domain_Names $names,
		private readonly Domain_Rules $rules,
		private readonly Source_Registry $sources,
		private readonly Domain_Lookup $lookup,
	) {}

	/**
	 * Whether something living wants this domain: see {@see Desired_Domains::wanted()}.
	 */
	public function wants( string $domain ): bool {
		return array_key_exists( $domain, $this->wanted( array( $domain ) ) );
	}

	/**
	 * Those of these domains that something living wants: a site, a mapping, or a domain of these whose www name it is. Also
	 * a mapping whose plugin is not loaded now: it may be back with the next request, and the www name of such a one whatever
	 * the rule is now, since the plugin may decide it.
	 *
	 * @param list<string> $domains
	 * @return array<string, ?array{blog_id: int, source: string}> By domain, the living site that has it, by itself or by a
	 *                                                              mapping; null: it is wanted as another one's www name only.
	 */
	public function wanted( array $domains ): array {
		$wanted = $this->owners( $domains );
		$bare   = array();

		foreach ( array_diff( $domains, array_keys( $wanted ) ) as $domain ) {
			$name = $this->names->name_without_www( $domain );

			if ( null !== $name ) {
				$bare[ $domain ] = $name;
			}
		}

		$is_rule = fn( string $name, string $www ): bool => $this->rules->www_of( $name ) === $www;
		$by_rule = $this->rules->at_once( static fn(): array => array_filter( $bare, $is_rule, ARRAY_FILTER_USE_BOTH ) );
		$owned   = $wanted + $this->owners( array_values( array_diff( $by_rule, array_keys( $wanted ) ) ) );
		$by_rule = array_filter( $by_rule, static fn( string $name ): bool => isset( $owned[ $name ] ) );
		$others  = array_diff_key( $bare, $by_rule );
		$dormant = array_intersect( $others, array_keys( $this->mapped( array_values( $others ), $this->dormant_tables() ) ) );

		return $wanted + array_fill_keys( array_keys( $by_rule + $dormant ), null );
	}

	/**
	 * @param list<string> $domains
	 * @return array<string, array{blog_id: int, source: string}> By domain.
	 */
	private function owners( array $domains ): array {
		$blogs  = $this->database->table( 'blogs' );
		$owners = self::owned( Row_Source::CORE, $this->lookup->first_blogs( $domains, 'SELECT blog_id, domain FROM %i WHERE :named', 'domain', $blogs ) );

		return count( $owners ) < count( $domains )
			? $owners + $this->mapped( array_values( array_diff( $domains, array_keys( $owners ) ) ), $this->sources->tables() )
			: $owners;
	}

	/**
	 * @param list<string>          $domains
	 * @param array<string, string> $tables  Of mappings, without prefix, by source.
	 * @return array<string, array{blog_id: int, source: string}> By domain, the living site that has it by a mapping.
	 */
	private function mapped( array $domains, array $tables ): array {
		$owners = array();

		foreach ( array() === $domains ? array() : $this->tables_there( $tables ) as $source => $table ) {
			$owners += self::owned(
				$source,
				$this->lookup->first_blogs(
					array_values( array_diff( $domains, array_keys( $owners ) ) ),
					'SELECT m.blog_id, m.domain FROM %i m INNER JOIN %i b ON b.blog_id = m.blog_id WHERE :named',
					'm.domain',
					$table,
					$this->database->table( 'blogs' )
				)
			);
		}

		return $owners;
	}

	/**
	 * @param array<string, int> $blogs By domain.
	 * @return array<string, array{blog_id: int, source: string}>
	 */
	private static function owned( string $source, array $blogs ): array {
		return array_map(
			static fn( int $blog_id ): array => array(
				'blog_id' => $blog_id,
				'source'  => $source,
			),
			$blogs
		);
	}

	/**
	 * Whether a site other than this one has the domain: then no domain comes into being, or goes away, with it.
	 */
	public function is_of_another_site( string $domain, int $blog_id ): bool {
		return array() !== $this->lookup->first_blogs(
			array( $this->names->canonical( $domain ) ),
			sprintf( 'SELECT blog_id, domain FROM %%i WHERE blog_id <> %d AND :named', $blog_id ),
			'domain',
			$this->database->table( 'blogs' )
		);
	}

	/**
	 * Every domain that should be at Closte. One that several sites have comes more than once.
	 *
	 * @return iterable<string, array{blog_id: int, source: string}>
	 */
	public function all(): iterable {
		foreach ( $this->portions() as $portion ) {
			yield from $portion['wanted'];
		}
	}

	/**
	 * What sites and mappings have, in portions: what of it should be at Closte, and everything, also a domain that needs no
	 * alias of its own. Nothing that is used is ever removed.
	 *
	 * @return iterable<array{wanted: array<string, array{blog_id: int, source: string}>, used: list<string>}>
	 */
	public function portions(): iterable {
		$policy = $this->rules->frozen();

		foreach ( $this->heard_of() as $source => $rows ) {
			$wanted = array();
			$used   = array();

			foreach ( $rows as $row ) {
				$domain  = $this->names->canonical( $row['domain'] );
				$blog_id = (int) $row['blog_id'];
				$www     = $policy->www_of( $domain );
				$used[]  = $domain;

				if ( ! $policy->is_served_by_network( $domain ) ) {
					$wanted[ $domain ] ??= compact( 'blog_id', 'source' );
				}

				if ( null !== $www ) {
					$wanted[ $www ] ??= array(
						'blog_id' => $blog_id,
						'source'  => Row_Source::WWW,
					);
				}
			}

			yield compact( 'wanted', 'used' );
		}
	}

	/**
	 * The domains mapped to one site, also where the site or the plugin that mapped them is gone.
	 *
	 * @return list<string>
	 */
	public function mapped_to( int $blog_id ): array {
		$domains = array();

		foreach ( $this->tables_there( $this->sources->tables() ) as $table ) {
			array_push( $domains, ...$this->database->column( 'SELECT domain FROM %i WHERE blog_id = %d', $table, $blog_id ) );
		}

		return $domains;
	}

	/**
	 * The domains that are never removed: those of every network. See {@see Domain_Rules::is_protected()} for names
	 * that only a pattern tells.
	 *
	 * @return list<string>
	 */
	public function protected(): array {
		return $this->rules->network_domains();
	}

	/**
	 * The domains that living sites have by plugins that are not loaded now (WP-CLI's --skip-plugins, or switched off for
	 * a while), and their www names whatever the rule is now. They are not sent, and not removed either.
	 *
	 * @return iterable<list<string>> In portions.
	 */
	public function dormant(): iterable {
		foreach ( $this->tables_there( $this->dormant_tables() ) as $source => $table ) {
			foreach ( $this->mappings( $source, $table ) as $rows ) {
				$domains = array_map( $this->names->canonical( ... ), array_column( $rows, 'domain' ) );

				yield array( ...$domains, ...array_values( array_filter( array_map( $this->names->www_name( ... ), $domains ) ) ) );
			}
		}
	}

	/**
	 * @return array<string, string> The tables of mapping plugins that are not loaded now, without prefix, by source.
	 */
	private function dormant_tables(): array {
		return array_diff_key( $this->sources->tables(), $this->sources->loaded_tables() );
	}

	/**
	 * @return iterable<string, non-empty-list<array<string, string>>> Rows in portions, by source.
	 */
	private function heard_of(): iterable {
		$blogs = $this->database->table( 'blogs' );

		yield from $this->chunks( Row_Source::CORE, 'SELECT blog_id AS id, blog_id, domain FROM %i WHERE blog_id > %d ORDER BY blog_id LIMIT %d', $blogs );

		foreach ( $this->tables_there( $this->sources->loaded_tables() ) as $source => $table ) {
			yield from $this->mappings( $source, $table );
		}
	}

	/**
	 * @return iterable<string, non-empty-list<array<string, string>>> By source.
	 */
	private function mappings( string $source, string $table ): iterable {
		return $this->chunks( $source, 'SELECT m.id, m.blog_id, m.domain FROM %i m INNER JOIN %i b ON b.blog_id = m.blog_id WHERE m.id > %d ORDER BY m.id LIMIT %d', $table, $this->database->table( 'blogs' ) );
	}

	/**
	 * @return iterable<string, non-empty-list<array<string, string>>> By source.
	 */
	private function chunks( string $source, string $sql, string ...$tables ): iterable {
		$last = 0;

		do {
			$rows = $this->database->rows( $sql, ...$tables, ...array( $last, self::CHUNK ) );

			if ( array() !== $rows ) {
				$last = (int) end( $rows )['id'];
				yield $source => $rows;
			}
		} while ( count( $rows ) === self::CHUNK );
	}

	/**
	 * Those of these tables that are in the database.
	 *
	 * @param array<string, string> $tables Without prefix, by source.
	 * @return array<string, string> With prefix, by source.
	 */
	private function tables_there( array $tables ): array {
		return array_filter(
			array_map( $this->database->table( ... ), $tables ),
			fn( string $table ): bool => $this->has_table[ $table ] ??= $this->database->has_table( $table )
		);
	}
}
