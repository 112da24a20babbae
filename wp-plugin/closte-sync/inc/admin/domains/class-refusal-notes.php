<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Refusal;

/**
 * Says for which of several domains something was not done, and what to do instead.
 */
final class Refusal_Notes {

	/** Up to so many, each has a sentence of its own. */
	private const EACH = 3;

	/** How many domains a sentence names. */
	private const NAMED = 10;

	public function __construct( private readonly Domain_Names $names ) {}

	/**
	 * Without those of www names that go with a domain for which it is done.
	 *
	 * @param array<string, Refusal> $refusals By domain.
	 * @param list<Ledger_Row>       $rows     All that were selected.
	 * @return array<string, Refusal>
	 */
	public static function without_companions( array $refusals, array $rows ): array {
		$done = array_diff_key( array_column( $rows, null, 'domain' ), $refusals );

		foreach ( $rows as $row ) {
			if ( Refusal::COMES_WITH === ( $refusals[ $row->domain ]->code ?? '' ) && isset( $done[ $row->base_name ] ) ) {
				unset( $refusals[ $row->domain ] );
			}
		}

		return $refusals;
	}

	/**
	 * @param array<string, Refusal> $refusals By domain.
	 * @return list<string> Sentences.
	 */
	public function of( array $refusals ): array {
		if ( count( $refusals ) <= self::EACH ) {
			return array_values( array_map( static fn( Refusal $refusal ): string => $refusal->sentence(), $refusals ) );
		}

		$by_code = array();

		foreach ( $refusals as $domain => $refusal ) {
			$by_code[ $refusal->code ][] = $this->names->shown( (string) $domain );
		}

		$notes = array();

		foreach ( $by_code as $code => $domains ) {
			$names   = implode( ', ', array_slice( $domains, 0, self::NAMED ) ) . ( count( $domains ) > self::NAMED ? ', …' : '' );
			$notes[] = sprintf( self::text( $code, count( $domains ) ), number_format_i18n( count( $domains ) ), $names );
		}

		return $notes;
	}

	private static function text( string $code, int $count ): string {
		return match ( $code ) {
			/* translators: 1: number of domains, 2: their names */
			Refusal::IN_USE     => _n( '%1$s domain is in use by a site or mapping: %2$s. Remove it there, and it is removed automatically.', '%1$s domains are in use by sites or mappings: %2$s. Remove them there, and they are removed automatically.', $count, 'closte-sync' ),
			/* translators: 1: number of domains, 2: their names */
			Refusal::COMES_WITH => _n( '%1$s www name comes with a domain that is in use: %2$s. Remove that domain from its site, or change the www setting.', '%1$s www names come with domains that are in use: %2$s. Remove those domains from their sites, or change the www setting.', $count, 'closte-sync' ),
			/* translators: 1: number of domains, 2: their names */
			Refusal::PROTECTED  => _n( '%1$s domain belongs to a network or to the Closte application and is never removed: %2$s.', '%1$s domains belong to a network or to the Closte application and are never removed: %2$s.', $count, 'closte-sync' ),
			/* translators: 1: number of domains, 2: their names */
			default             => _n( '%1$s domain has just changed, or is being checked: %2$s. Try again.', '%1$s domains have just changed, or are being checked: %2$s. Try again.', $count, 'closte-sync' ),
		};
	}
}
