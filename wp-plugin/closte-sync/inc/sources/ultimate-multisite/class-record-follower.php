<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;

/**
 * Puts Ultimate Multisite's domain records into the stage that their domains have reached, and keeps its own DNS and
 * certificate checks from
 * running beside ours.
 */
final class Record_Follower {

	public const CHECK = 'wu_async_process_domain_stage';

	private const WITHOUT_SSL = 'done-without-ssl';

	/** @var list<array{callable, int, int}> Callback, priority and number of arguments. */
	private array $silenced = array();

	public function __construct( private readonly Ledger $ledger, private readonly Domain_Names $names ) {}

	public function follow( Ledger_Row $row ): void {
		$record = $this->record_of( $row->domain );

		if ( ! is_object( $record ) || Wanted::Absent === $row->wanted ) {
			return;
		}

		$stage  = Stage::Pending === $row->stage ? Stage::CheckingDns->value : $row->stage->value;
		$secure = match ( $row->stage ) {
			Stage::Done              => true,
			Stage::CertificateFailed => false,
			default                  => $record->is_secure(),
		};

		$is_so  = $stage === $record->get_stage() && $secure === $record->is_secure();

		// Saving one of its records empties the whole object cache.
		if ( $is_so || self::serves_on( $record->get_stage(), $row->stage ) ) {
			return;
		}

		$record->set_stage( $stage );
		$record->set_secure( $secure );
		$record->save();
	}

	/**
	 * Ultimate Multisite serves a domain in its own stages for ready ones only. One look that finds something wrong does
	 * not take a site off the web: its record goes back when ours has failed. And one that an admin made ready without a
	 * certificate stays so until there is one.
	 */
	private static function serves_on( string $stage, Stage $ours ): bool {
		return match ( $stage ) {
			Stage::Done->value => ! in_array( $ours, array( Stage::Done, Stage::Failed, Stage::CertificateFailed ), true ),
			self::WITHOUT_SSL  => Stage::Done !== $ours,
			default            => false,
		};
	}

	/**
	 * Its record, which may have another form of the name.
	 */
	private function record_of( string $domain ): ?object {
		if ( ! function_exists( 'wu_get_domain_by_domain' ) ) {
			return null;
		}

		foreach ( array_unique( array( $domain, ...$this->names->forms( $domain ) ) ) as $form ) {
			$record = wu_get_domain_by_domain( $form );

			if ( is_object( $record ) ) {
				return $record;
			}
		}

		return null;
	}

	/**
	 * Before its queued check of one record: leaves it to us, if the domain is ours.
	 */
	public function before_check( int $record_id ): void {
		$record = function_exists( 'wu_get_domain' ) ? wu_get_domain( $record_id ) : null;
		$row    = is_object( $record ) ? $this->ledger->find( $this->names->canonical( (string) $record->get_domain() ) ) : null;

		if ( null === $row ) {
			return;
		}

		foreach ( $GLOBALS['wp_filter'][ self::CHECK ]->callbacks ?? array() as $priority => $callbacks ) {
			foreach ( $callbacks as $callback ) {
				$function = $callback['function'];

				if ( is_array( $function ) && 'async_process_domain_stage' === $function[1] ) {
					remove_action( self::CHECK, $function, $priority );
					$this->silenced[] = array( $function, $priority, $callback['accepted_args'] );
				}
			}
		}

		$this->follow( $row );
	}

	/**
	 * After it: the next record may be none of ours.
	 */
	public function after_check(): void {
		foreach ( $this->silenced as list( $function, $priority, $arguments ) ) {
			add_action( self::CHECK, $function, $priority, $arguments );
		}

		$this->silenced = array();
	}
}
