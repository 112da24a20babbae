<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Log\Entry;

/**
 * Makes of a line of the log what the commands print.
 */
final class Log_Item {

	public const FIELDS_OF_LIST = array( 'time', 'domain', 'action', 'outcome', 'reason', 'by', 'message' );

	public const FIELDS = array( ...self::FIELDS_OF_LIST, 'id', 'blog_id', 'source', 'actor', 'user_id' );

	/**
	 * All fields of an entry. The time is UTC.
	 *
	 * @return array<string, int|string>
	 */
	public static function of( Entry $entry ): array {
		return array(
			'id'      => $entry->id,
			'time'    => gmdate( 'Y-m-d H:i:s', $entry->logged_at ),
			'domain'  => Terminal::clean( $entry->domain ),
			'blog_id' => $entry->blog_id,
			'action'  => Terminal::clean( $entry->word( 'action' ) ),
			'outcome' => Terminal::clean( $entry->word( 'outcome' ) ),
			'reason'  => Terminal::clean( $entry->word( 'reason' ) ),
			'source'  => Terminal::clean( $entry->source ),
			'by'      => Terminal::clean( $entry->by() ),
			'actor'   => Terminal::clean( $entry->word( 'actor' ) ),
			'user_id' => $entry->user_id,
			'message' => Terminal::clean( $entry->message ),
		);
	}

	/**
	 * An entry in one line, for a terminal that follows the log.
	 */
	public static function line( Entry $entry ): string {
		$item = self::of( $entry );
		$line = sprintf(
			'%s %s %s %s (%s, %s)',
			$item['time'],
			'' === $item['domain'] ? '-' : $item['domain'],
			$item['action'],
			$item['outcome'],
			$item['reason'],
			$item['by']
		);
		return '' === $item['message'] ? $line : "$line: {$item['message']}";
	}
}
