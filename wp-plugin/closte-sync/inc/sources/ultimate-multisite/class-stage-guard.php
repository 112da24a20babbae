<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

/**
 * Keeps a domain record of Ultimate Multisite from being written over where its stage has changed since it was read: its own
 * way to save one writes all columns, whatever they are by now.
 */
final class Stage_Guard {

	/**
	 * @param string $table Of the records, without the prefix.
	 * @param string $stage As it was read.
	 */
	public function __construct(
		private readonly string $table,
		private readonly int $record_id,
		private readonly string $stage,
	) {}

	/**
	 * @param callable(): mixed $save Saves the record.
	 * @return mixed What it returns.
	 */
	public function during( callable $save ): mixed {
		$filter = $this->only_in_that_stage( ... );

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
	private function only_in_that_stage( mixed $sql ): mixed {
		$update = sprintf( '/^\s*UPDATE [^=]*%s\W.* WHERE `?id`? = \'?%d\'?\s*$/s', $this->table, $this->record_id );

		if ( ! is_string( $sql ) || 1 !== preg_match( $update, $sql ) ) {
			return $sql;
		}

		return rtrim( $sql ) . " AND stage = '" . esc_sql( $this->stage ) . "'";
	}
}
