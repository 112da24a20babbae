<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Counts in the ledger what came of domains that were to be sent or removed, by this process or by others.
 */
final class Outcome_Counts {

	/**
	 * @param int                   $accepted    By Closte.
	 * @param int                   $removed     From Closte.
	 * @param array<string, string> $refused     What Closte said, by domain; also of names that it could never take.
	 * @param int                   $left        They are recorded, and sent by themselves.
	 * @param array<string, string> $troubles    What was in the way of those that are left, by domain.
	 * @param int                   $without_dns www names that are sent once they have DNS of their own: nothing is wrong with them.
	 */
	public function __construct(
		public readonly int $accepted = 0,
		public readonly int $removed = 0,
		public readonly array $refused = array(),
		public readonly int $left = 0,
		public readonly array $troubles = array(),
		public readonly int $without_dns = 0,
	) {}

	/**
	 * Of a plan that was carried out.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public static function of( \Closte\Plan $plan, Ledger $ledger ): self {
		$sent     = $ledger->outlines()->of( array( ...$plan->add, ...$plan->invalid ) );
		$removed  = array_column( $ledger->find_all( $plan->remove ), null, 'domain' );
		$pending  = array_filter( $sent, static fn( Row_Outline $row ): bool => Wanted::Present === $row->wanted && ! $row->is_accepted() );
		$dnsless  = array_filter( $pending, static fn( Row_Outline $row ): bool => $row->waits_for_dns );
		$open     = $ledger->find_all( array_column( array_diff_key( $pending, $dnsless ), 'domain' ) );
		$open     = array_column( $open, null, 'domain' )
			+ array_filter( $removed, static fn( Ledger_Row $row ): bool => Wanted::Absent === $row->wanted );
		$refused  = array_filter( $open, static fn( Ledger_Row $row ): bool => $row->was_refused() );
		$accepted = array_filter( $sent, static fn( Row_Outline $row ): bool => $row->is_accepted() );
		$said     = static fn( Ledger_Row $row ): string => $row->error_text();

		return new self(
			count( $accepted ),
			count( array_diff( $plan->remove, array_keys( $removed ) ) ),
			array_map( $said, $refused ),
			count( $open ) - count( $refused ),
			array_filter( array_map( $said, array_diff_key( $open, $refused ) ) ),
			count( $dnsless )
		);
	}

	/**
	 * Whether all came through.
	 */
	public function is_complete(): bool {
		return array() === $this->refused && 0 === $this->left;
	}

	/**
	 * For people: how many, and which ones were refused.
	 *
	 * @param int $most How many are named.
	 */
	public function sentence( int $most = 10 ): string {
		$names  = implode( ', ', array_slice( array_keys( $this->refused ), 0, $most ) );
		$names .= count( $this->refused ) > $most ? ', …' : '';

		return sprintf(
			/* translators: numbers of domains; 4: names of the refused ones in brackets, or nothing */
			__( '%1$s added, %2$s removed, %3$s refused%4$s, %5$s not sent yet.', 'closte-sync' ),
			number_format_i18n( $this->accepted ),
			number_format_i18n( $this->removed ),
			number_format_i18n( count( $this->refused ) ),
			'' === $names ? '' : " ($names)",
			number_format_i18n( $this->left )
		) . $this->note();
	}

	/**
	 * What follows a sentence about the others: a space and how many wait for their DNS, or nothing.
	 */
	public function note(): string {
		return 0 === $this->without_dns ? '' : ' ' . sprintf(
			/* translators: %s: number of www names */
			_n( '%s www name has no DNS record yet. It is sent automatically once it has one.', '%s www names have no DNS record yet. They are sent automatically once they have one.', $this->without_dns, 'closte-sync' ),
			number_format_i18n( $this->without_dns )
		);
	}
}
