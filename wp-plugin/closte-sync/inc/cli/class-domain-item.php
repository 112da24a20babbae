<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Diagnosis\Advice;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Makes of a row what the commands print: the columns of the ledger, and what follows from them.
 */
final class Domain_Item {

	public const FIELDS_OF_LIST = array( 'domain', 'stage', 'blog_id', 'problem', 'next_check' );

	public const FIELDS = array(
		'domain',
		'unicode',
		'blog_id',
		'source',
		'by_hand',
		'wanted',
		'stage',
		'since',
		'problem',
		'next_step',
		'attempts',
		'next_check',
		'accepted',
		'error_kind',
		'error_reason',
		'dns_state',
		'dns_checked',
		'certificate_state',
		'certificate_issuer',
		'certificate_ends',
		'certificate_checked',
		'created',
		'updated',
	);

	/**
	 * Takes what knows the form that people write, and whether anything is sent.
	 *
	 * @param string $hindrance As {@see Readiness::hindrance()} says.
	 */
	public function __construct( private readonly Domain_Names $names, private readonly string $hindrance = '' ) {}

	/**
	 * All fields of a domain. Times are UTC; empty for never.
	 *
	 * @return array<string, int|string>
	 */
	public function of( Ledger_Row $row ): array {
		$advice = Advice::of( $row, $this->hindrance );
		return array(
			'domain'              => Terminal::clean( $row->domain ),
			'unicode'             => $this->names->unicode( $row->domain ),
			'blog_id'             => $row->blog_id,
			'source'              => Terminal::clean( $row->source ),
			'by_hand'             => $row->by_hand ? 'yes' : 'no',
			'wanted'              => Terminal::clean( $row->word( 'wanted' ) ),
			'stage'               => Terminal::clean( $row->word( 'stage' ) ),
			'since'               => self::time( $row->stage_since ),
			'problem'             => Terminal::clean( $advice->wrong ),
			'next_step'           => Terminal::clean( $advice->next ),
			'attempts'            => $row->attempts,
			'next_check'          => self::time( $row->next_check_at ),
			'accepted'            => self::time( $row->accepted_at ),
			'error_kind'          => Terminal::clean( $row->error_kind ),
			'error_reason'        => Terminal::clean( $row->error_reason ),
			'dns_state'           => Terminal::clean( $row->dns_state ),
			'dns_checked'         => self::time( $row->dns_checked_at ),
			'certificate_state'   => Terminal::clean( $row->certificate_state ),
			'certificate_issuer'  => Terminal::clean( $row->certificate_issuer ),
			'certificate_ends'    => self::time( $row->certificate_not_after ),
			'certificate_checked' => self::time( $row->certificate_checked_at ),
			'created'             => self::time( $row->created_at ),
			'updated'             => self::time( $row->updated_at ),
		);
	}

	/**
	 * @param int $time Unix time; 0 is never.
	 */
	private static function time( int $time ): string {
		return 0 === $time ? '' : gmdate( 'Y-m-d H:i:s', $time );
	}
}
