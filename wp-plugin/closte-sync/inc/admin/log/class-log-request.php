<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Log;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Log\Action;
use ClosteSync\Log\Log_Query;
use ClosteSync\Log\Outcome;

/**
 * Reads from the address of the Log screen what it is asked to show.
 */
final class Log_Request {

	/** Rows a page has where the user has chosen nothing. */
	public const PER_PAGE = 50;

	/**
	 * @param string  $search       Only entries with this in their domain or message.
	 * @param string  $domain       Only this domain.
	 * @param ?Action $action       Only this action.
	 * @param string  $outcome      Only {@see Outcome::chosen()} by this word; '': all.
	 * @param bool    $newest_first Else the oldest come first.
	 */
	private function __construct(
		public readonly string $search,
		public readonly string $domain,
		public readonly ?Action $action,
		public readonly string $outcome,
		public readonly bool $newest_first,
	) {}

	/**
	 * Reads the query string; what is not on offer counts as not there.
	 *
	 * @param array<mixed> $query The query string, without slashes.
	 */
	public static function from( array $query ): self {
		$text  = static fn( string $name ): string => is_string( $query[ $name ] ?? null ) ? $query[ $name ] : '';
		$clean = static fn( string $name ): string => trim( mb_substr( sanitize_text_field( $text( $name ) ), 0, 253 ) );

		return new self(
			$clean( 's' ),
			$clean( 'domain' ),
			Action::tryFrom( $text( 'did' ) ),
			array() === Outcome::chosen( $text( 'outcome' ) ) ? '' : $text( 'outcome' ),
			'asc' !== strtolower( $text( 'order' ) )
		);
	}

	/**
	 * Whether anything but everything is asked for.
	 */
	public function is_filtered(): bool {
		return array( '', '', null, '' ) !== array( $this->search, $this->domain, $this->action, $this->outcome );
	}

	/**
	 * @param Domain_Names $names    Knows the form in which domains are logged.
	 * @param int          $per_page Rows a page.
	 * @param int          $page     Number of the page, from 1.
	 */
	public function to_log_query( Domain_Names $names, int $per_page, int $page ): Log_Query {
		return new Log_Query(
			domain: '' === $this->domain ? '' : $names->canonical( $this->domain ),
			actions: null === $this->action ? array() : array( $this->action ),
			outcomes: Outcome::chosen( $this->outcome ),
			search: $names->searchable( $this->search ),
			newest_first: $this->newest_first,
			per_page: $per_page,
			offset: ( max( 1, $page ) - 1 ) * $per_page
		);
	}
}
