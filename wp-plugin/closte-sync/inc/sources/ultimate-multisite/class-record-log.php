<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Text\Plain_Text;

/**
 * Writes what was found about a domain into Ultimate Multisite's own log of it, the “Domain Test Log” of its page.
 */
final class Record_Log {

	public function __construct( private readonly Domain_Names $names ) {}

	/**
	 * Whether a step has found something else than the one before.
	 */
	public static function is_news( Ledger_Row $before, Ledger_Row $after ): bool {
		return self::finding( $before ) !== self::finding( $after );
	}

	/**
	 * @param string $domain  As its record has it.
	 * @param bool   $is_kept Whether the record stays active although something is wrong.
	 */
	public function found( string $domain, Ledger_Row $row, bool $is_kept ): void {
		$texts = array(
			/* translators: %s: the stage of a domain, such as "Checking DNS" */
			sprintf( __( 'Closte Sync: %s.', 'closte-sync' ), $row->stage->label() ),
			$row->error_text(),
			...$row->problem_texts(),
			$is_kept ? __( 'This record is not changed: the site keeps this domain.', 'closte-sync' ) : '',
		);

		$level = match ( true ) {
			Stage::Failed === $row->stage || Stage::CertificateFailed === $row->stage => 'error',
			$row->has_error() || array() !== $row->problems                           => 'warning',
			default                                                                   => 'info',
		};

		$this->add( $domain, implode( ' ', array_filter( $texts ) ), $level );
	}

	public function will_be_looked_at( string $domain ): void {
		$this->add( $domain, __( 'Closte Sync: this domain is checked again within about a minute.', 'closte-sync' ), 'info' );
	}

	/**
	 * @param string $problem What its validation says.
	 */
	public function not_saved( string $domain, string $problem ): void {
		/* translators: %s: why, in words of Ultimate Multisite */
		$this->add( $domain, sprintf( __( 'Closte Sync: the record was not saved: %s', 'closte-sync' ), $problem ), 'error' );
	}

	/**
	 * The name is a part of a file's name there.
	 */
	private function add( string $domain, string $text, string $level ): void {
		if ( function_exists( 'wu_log_add' ) && ! str_contains( $domain, '/' ) && null === $this->names->problem( $domain ) ) {
			wu_log_add( "domain-$domain", Plain_Text::of( $text ), $level );
		}
	}

	/**
	 * @return list<mixed>
	 */
	private static function finding( Ledger_Row $row ): array {
		return array( $row->stage, $row->error_kind, $row->error_reason, array_column( $row->problems, 'code' ) );
	}
}
