<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Text\Problem_Message;

/**
 * Makes of rows what REST and abilities give, as {@see Domain_Schema} describes it.
 */
final class Domain_Item {

	public function __construct( private readonly Container $services ) {}

	/**
	 * @param list<Ledger_Row> $rows
	 * @return list<array<string, mixed>>
	 */
	public function all( array $rows ): array {
		$hindrance = $this->services->readiness()->hindrance();
		$sites     = $this->sites( $rows );

		return array_map( fn( Ledger_Row $row ): array => $this->of( $row, $hindrance, $sites ), $rows );
	}

	/**
	 * @return array<string, mixed>
	 */
	public function one( Ledger_Row $row ): array {
		return $this->all( array( $row ) )[0];
	}

	/**
	 * @param array<int, string> $sites Addresses, by site.
	 * @return array<string, mixed>
	 */
	private function of( Ledger_Row $row, string $hindrance, array $sites ): array {
		$advice      = Advice::of( $row, $hindrance );
		$is_readable = null === $row->unreadable_column();

		return array(
			'id'          => $row->id,
			'domain'      => $row->domain,
			'unicode'     => $this->services->domain_names()->unicode( $row->domain ),
			'site'        => 0 === $row->blog_id ? null : array(
				'id'  => $row->blog_id,
				'url' => $sites[ $row->blog_id ] ?? null,
			),
			'source'      => $row->source,
			'by_hand'     => $row->by_hand,
			'state'       => $row->state( $hindrance )->value,
			'state_since' => self::time( $row->state_since ),
			'stage'       => $is_readable ? $row->stage->value : 'unreadable',
			'advice'      => array(
				'problem' => $advice->wrong,
				'next'    => $advice->next,
			),
			'problems'    => array_map( self::problem( ... ), $row->problems ),
			'records'     => $row->dns_records(),
			'dns'         => array(
				'state'      => $is_readable ? $row->dns_state : '',
				'checked_at' => self::time( $row->dns_checked_at ),
			),
			'certificate' => array(
				'state'      => $is_readable ? $row->certificate_state : '',
				'issuer'     => $row->certificate_issuer,
				'expires_at' => self::time( $row->certificate_not_after ),
				'checked_at' => self::time( $row->certificate_checked_at ),
			),
			'accepted_at' => self::time( $row->accepted_at ),
			'next_check'  => self::time( $row->next_check_at ),
			'created_at'  => self::time( $row->created_at ),
			'updated_at'  => self::time( $row->updated_at ),
		);
	}

	/**
	 * @param array<string, mixed> $problem
	 * @return array{code: string, severity: string, message: string, records: list<array<string, string>>}
	 */
	private static function problem( array $problem ): array {
		return array(
			'code'     => (string) $problem['code'],
			'severity' => (string) ( $problem['severity'] ?? '' ),
			'message'  => Problem_Message::of( $problem ),
			'records'  => array_values( (array) ( $problem['records'] ?? array() ) ),
		);
	}

	/**
	 * In one statement, however many there are.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return array<int, string> Addresses, by site.
	 */
	private function sites( array $rows ): array {
		$ids  = array_values( array_unique( array_filter( array_column( $rows, 'blog_id' ) ) ) );
		$urls = array();

		_prime_site_caches( $ids, false );

		foreach ( $ids as $id ) {
			$site = get_site( $id );

			if ( null !== $site ) {
				$urls[ $id ] = set_url_scheme( "http://{$site->domain}{$site->path}" );
			}
		}

		return $urls;
	}

	/**
	 * @param int $time Unix time; 0 is never.
	 */
	private static function time( int $time ): ?string {
		return $time <= 0 ? null : gmdate( 'Y-m-d\TH:i:s\Z', $time );
	}
}
