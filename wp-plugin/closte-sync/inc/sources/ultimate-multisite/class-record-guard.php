<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

/**
 * Keeps a domain record of Ultimate Multisite from being written over where its domain, its site or its stage has changed since
 * it was read: its own way to save one writes all columns, whatever they are by now.
 */
final class Record_Guard {

	private readonly string $is_as_read;
	private readonly int $record_id;

	/**
	 * @param string $table  Of the records, without the prefix.
	 * @param object $record A `WP_Ultimo\Models\Domain` as it was read.
	 */
	public function __construct( private readonly string $table, object $record ) {
		$this->record_id  = (int) $record->get_id();
		$this->is_as_read = sprintf(
			"stage = '%s' AND domain = '%s' AND blog_id = %d",
			esc_sql( (string) $record->get_stage() ),
			esc_sql( (string) $record->get_domain() ),
			(int) $record->get_blog_id()
		);
	}

	/**
	 * @param callable(): mixed $save Saves the record.
	 * @return mixed What it returns.
	 */
	public function during( callable $save ): mixed {
		$filter = $this->only_as_read( ... );

		add_filter( 'query', $filter, PHP_INT_MAX );

		try {
			return $save();
		} finally {
			remove_filter( 'query', $filter, PHP_INT_MAX );
		}
	}

	/**
	 * @param mixed $sql Any statement.
	 */
	private function only_as_read( mixed $sql ): mixed {
		$update = sprintf( '/^\s*UPDATE [^=]*%s\W.* WHERE `?id`? = \'?%d\'?\s*$/s', $this->table, $this->record_id );

		return is_string( $sql ) && 1 === preg_match( $update, $sql ) ? rtrim( $sql ) . " AND $this->is_as_read" : $sql;
	}
}
