<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Log\Action;
use ClosteSync\Log\Actor;
use ClosteSync\Log\Log_Query;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Reason;

/**
 * Reads the options that say what of the log to list. What is wrong with one ends the command.
 */
final class Log_Filters {

	private const SECONDS = array(
		's' => 1,
		'm' => MINUTE_IN_SECONDS,
		'h' => HOUR_IN_SECONDS,
		'd' => DAY_IN_SECONDS,
		'w' => WEEK_IN_SECONDS,
	);

	public function __construct( private readonly Domain_Names $names ) {}

	/**
	 * The same as a query of the log: the newest entries first.
	 *
	 * @param array<string, string> $assoc_args Options.
	 * @param ?int                  $limit      How many at most; null: all.
	 */
	public function query( array $assoc_args, ?int $limit ): Log_Query {
		$actor = Actor::tryFrom( $assoc_args['by'] ?? '' );
		return new Log_Query(
			domain: isset( $assoc_args['domain'] ) ? $this->names->canonical( $assoc_args['domain'] ) : '',
			actions: array_map( Action::from( ... ), Word_Option::several( 'action', $assoc_args['action'] ?? null, array_column( Action::cases(), 'value' ) ) ),
			outcomes: self::outcomes( $assoc_args['outcome'] ?? null ),
			reasons: array_map( Reason::from( ... ), Word_Option::several( 'reason', $assoc_args['reason'] ?? null, array_column( Reason::cases(), 'value' ) ) ),
			actor: Actor::User === $actor ? null : $actor,
			user_id: null === $actor && isset( $assoc_args['by'] ) ? self::user( $assoc_args['by'] ) : null,
			blog_id: isset( $assoc_args['blog_id'] ) ? Word_Option::site( $assoc_args['blog_id'] ) : null,
			search: $this->names->searchable( $assoc_args['search'] ?? '' ),
			since: isset( $assoc_args['since'] ) ? self::time( 'since', $assoc_args['since'] ) : null,
			until: isset( $assoc_args['until'] ) ? self::time( 'until', $assoc_args['until'] ) : null,
			per_page: $limit,
		);
	}

	/**
	 * @param mixed $given As WP-CLI hands it over; null: any.
	 * @return list<Outcome>
	 */
	private static function outcomes( mixed $given ): array {
		$words = Word_Option::several( 'outcome', $given, array( ...array_column( Outcome::cases(), 'value' ), Outcome::PROBLEMS ) );
		return array_merge( ...array_map( Outcome::chosen( ... ), $words ) );
	}

	/**
	 * A user by login, e-mail address or ID; an ID may be one of a user who is gone.
	 */
	private static function user( string $who ): int {
		$user = get_user_by( 'login', $who );
		$user = false === $user ? get_user_by( 'email', $who ) : $user;
		if ( false === $user && ! ctype_digit( $who ) ) {
			Word_Option::refuse( 'by', $who, __( 'enter the login, email address or ID of a user, or cron, wp-cli or visitor', 'closte-sync' ) );
		}
		return false === $user ? (int) $who : (int) $user->ID;
	}

	private static function time( string $option, string $value ): int {
		if ( 1 === preg_match( '/^\s*(\d{1,9})\s*([smhdw])\s*$/', $value, $match ) ) {
			return time() - (int) $match[1] * self::SECONDS[ $match[2] ];
		}
		$time = '' === trim( $value ) ? false : date_create( $value, new \DateTimeZone( 'UTC' ) );
		if ( false === $time ) {
			Word_Option::refuse( $option, $value, __( 'enter 2h, 7d, yesterday or "2026-01-31 14:00" (UTC)', 'closte-sync' ) );
		}
		return $time->getTimestamp();
	}
}
