<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Diagnosis\Advice;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;

/**
 * Makes of a row what the commands print: the columns of the ledger, and what follows from them.
 */
final class Domain_Item {

	public const FIELDS_OF_LIST = array( 'domain', 'state', 'what_to_do' );

	public const FIELDS = array(
		'domain',
		'unicode',
		'blog_id',
		'source',
		'by_hand',
		'wanted',
		'state',
		'state_since',
		'stage',
		'since',
		'what_to_do',
		'records',
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
	 * @param string $hindrance As {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 */
	public function __construct( private readonly Domain_Names $names, private readonly string $hindrance = '' ) {}

	/**
	 * All fields of a domain. Times are UTC; empty for never.
	 *
	 * @param bool $is_for_people Whether the state is a word in their language, not a machine's.
	 * @return array<string, int|string>
	 */
	public function of( Ledger_Row $row, bool $is_for_people = false ): array {
		$advice = Advice::of( $row, $this->hindrance );
		$state  = $row->state( $this->hindrance );

		return array(
			'domain'              => Terminal::clean( $row->domain ),
			'unicode'             => $this->names->unicode( $row->domain ),
			'blog_id'             => $row->blog_id,
			'source'              => Terminal::clean( $row->source ),
			'by_hand'             => $row->by_hand ? 'yes' : 'no',
			'wanted'              => Terminal::clean( $row->word( 'wanted' ) ),
			'state'               => $is_for_people ? $state->label() : $state->value,
			'state_since'         => self::time( $row->state_since ),
			'stage'               => Terminal::clean( $row->word( 'stage' ) ),
			'since'               => self::time( $row->stage_since ),
			'what_to_do'          => Terminal::clean( self::what_to_do( $row, $state, $advice ) ),
			'records'             => Terminal::clean( self::records( $row ) ),
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
	 * As short as it can be said: the records to change, where the owner must change some.
	 */
	private static function what_to_do( Ledger_Row $row, State $state, Advice $advice ): string {
		$records = State::OwnerMustAct === $state ? self::records( $row ) : '';

		return match ( true ) {
			'' !== $records       => $records,
			$state->is_troubled() => $advice->sentence(),
			default               => $advice->next,
		};
	}

	/**
	 * What to change at the DNS provider, in one line. The name is left out where it is the domain's.
	 */
	private static function records( Ledger_Row $row ): string {
		$texts = array();

		foreach ( $row->dns_records() as $record ) {
			$name    = $record['name'] === $row->domain ? '' : $record['name'] . ' ';
			$text    = trim( "$name{$record['type']} {$record['value']}" );
			$texts[] = sprintf(
				'delete' === $record['action']
					/* translators: %s: type and value of a DNS record */
					? __( 'Delete %s', 'closte-sync' )
					/* translators: %s: type and value of a DNS record */
					: __( 'Set %s', 'closte-sync' ),
				$text
			);
		}

		return implode( '; ', $texts );
	}

	/**
	 * @param int $time Unix time; 0 is never.
	 */
	private static function time( int $time ): string {
		return 0 === $time ? '' : gmdate( 'Y-m-d H:i:s', $time );
	}
}
