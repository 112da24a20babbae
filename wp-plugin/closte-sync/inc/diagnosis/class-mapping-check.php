<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Domains\Source_Registry;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;

/**
 * Checks whether there are domain mappings that nobody here reads: of a plugin that is not supported, or not active.
 */
final class Mapping_Check {

	/** Tables of mappings that are known beside those of the sources, behind the network's prefix, and whose they are. */
	private const TABLES = array(
		'domain_mapping'   => 'WordPress MU Domain Mapping, WPMU DEV Domain Mapping, WP Domain Mapping, Dark Matter, Mercator',
		'blog_aliases'     => 'WP Site Aliases',
		'domainer'         => 'Domainer',
		'dms_mappings'     => 'Domain Mapping System',
		'base_url_mapping' => 'Sunrise',
	);

	public function __construct( private readonly Database $database, private readonly Source_Registry $sources ) {}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function run(): Finding {
		$label  = __( 'Domain mappings', 'closte-sync' );
		$unread = $this->unread();

		if ( array() === $unread ) {
			return new Finding( 'mappings', $label, Severity::Ok, __( 'All domain mappings are sent to Closte.', 'closte-sync' ) );
		}

		$said = array();

		foreach ( $unread as $table => $count ) {
			$said[] = sprintf(
				/* translators: 1: number of mappings, 2: name of a table, 3: names of plugins */
				_n( '%1$s domain mapping in the table %2$s (%3$s) is not sent.', '%1$s domain mappings in the table %2$s (%3$s) are not sent.', $count, 'closte-sync' ),
				number_format_i18n( $count ),
				$this->database->table( $table ),
				self::TABLES[ $table ] ?? $this->label( $table )
			);
		}

		return new Finding(
			'mappings',
			$label,
			Severity::Warning,
			implode( ' ', $said ),
			__( 'Domains come from WordPress’s own sites, and from Ultimate Multisite and Mercator while they are active. Add the domains of other mapping plugins manually, with “wp closte domain add”, or enter them as site addresses under Network Admin → Sites. You can ignore what a deleted plugin has left behind.', 'closte-sync' )
		);
	}

	/**
	 * @return array<string, int> How many mappings are in each table that no plugin reads which is loaded and supported.
	 */
	private function unread(): array {
		$ours   = array( ...array_values( $this->sources->tables() ), ...$this->of_further_networks() );
		$known  = array_unique( array( ...array_keys( self::TABLES ), ...$ours ) );
		$unread = array();

		foreach ( array_diff( $known, $this->sources->loaded_tables() ) as $table ) {
			if ( $this->database->has_table( $this->database->table( $table ) ) ) {
				$unread[ $table ] = (int) $this->database->value( 'SELECT COUNT(*) FROM %i', $this->database->table( $table ) );
			}
		}

		return array_filter( $unread );
	}

	/**
	 * From 2.4.8 on, Ultimate Multisite has tables of their own for networks other than the main one. They are not read.
	 *
	 * @return list<string> Their names.
	 */
	private function of_further_networks(): array {
		$ids = $this->database->column( 'SELECT id FROM %i WHERE id <> %d', $this->database->table( 'site' ), get_main_network_id() );

		return array_map( static fn( string $id ): string => "wu_{$id}_domain_mappings", $ids );
	}

	/** The source whose table it is, for people. */
	private function label( string $table ): string {
		return 1 === preg_match( '/^wu_\d+_/', $table )
			? 'Ultimate Multisite'
			: $this->sources->label( (string) array_search( $table, $this->sources->tables(), true ) );
	}
}
